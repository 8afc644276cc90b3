//! What the rules about campaigns need of the store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{Campaign, CampaignId, NewCampaign};
use super::words::Words;
use crate::mail::MailId;

/// The campaigns.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Campaigns: Send {
    /// Adds the campaign with a mail for each user who agreed to marketing mail, has an address and an account in use.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, campaign: &NewCampaign) -> Result<CampaignId>;

    /// The campaign and how far it has come; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: CampaignId) -> Result<Option<Campaign>>;

    /// A part of the campaigns, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<Campaign>>;

    /// The user's e-mail address; `None` when they have none, or were deleted.
    ///
    /// # Errors
    /// If the store fails.
    fn find_address(&mut self, user: &UserId) -> Result<Option<String>>;

    /// Adds a mail of these words to one user, which belongs to no campaign and is due at once.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_test(&mut self, user: &UserId, words: &Words, now: Timestamp) -> Result<MailId>;
}
