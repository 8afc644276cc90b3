//! Campaigns: marketing mail to all who agreed to it.

mod model;
mod port;
mod send;
mod show;

pub use model::{Campaign, CampaignId, NewCampaign};
pub use port::Campaigns;
#[cfg(any(test, feature = "mock"))]
pub use port::MockCampaigns;
pub use send::SendMarketingEmail;
pub use show::GetCampaign;

/// The kind of thing in the audit log.
const RESOURCE: &str = "campaign";
