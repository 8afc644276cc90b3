//! Campaigns: marketing mail to all who agreed to it.

mod list;
mod model;
mod port;
mod send;
mod show;
mod test;
mod words;

pub use list::ListCampaigns;
pub use model::{Campaign, CampaignId, NewCampaign};
pub use port::Campaigns;
#[cfg(any(test, feature = "mock"))]
pub use port::MockCampaigns;
pub use send::SendMarketingEmail;
pub use show::GetCampaign;
pub use test::{TestMail, TestMarketingEmail};
pub use words::Words;

/// The kind of thing in the audit log.
const RESOURCE: &str = "campaign";
