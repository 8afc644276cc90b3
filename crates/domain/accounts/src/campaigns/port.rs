//! What the rules about campaigns need of the store.

use aedile_kernel::Result;

use super::model::{Campaign, CampaignId, NewCampaign};

/// The campaigns.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Campaigns: Send {
    /// Adds the campaign with a mail for each user who agreed to marketing mail, has an address and an account in use.
    ///
    /// # Errors
    /// Only the store's own.
    fn insert(&mut self, campaign: &NewCampaign) -> Result<CampaignId>;

    /// The campaign and how far it has come; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn find(&mut self, id: CampaignId) -> Result<Option<Campaign>>;
}
