//! What a campaign is.

use aedile_kernel::{Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::Words;

numeric_id! {
    /// The number of a campaign.
    CampaignId
}

/// A campaign, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Campaign {
    /// Its number.
    pub id: CampaignId,
    /// Its subject.
    pub subject: String,
    /// For how many it is; they were fixed when it was sent.
    pub recipients: i64,
    /// How many mails the mail server took.
    pub sent: i64,
    /// How many it did not take, and never will.
    pub failed: i64,
    /// How many wait.
    pub pending: i64,
    /// How many are not wanted any more, or have no address.
    pub suppressed: i64,
    /// Who sent it.
    pub created_by: String,
    /// Time of creation.
    pub created_at: Timestamp,
}

impl Campaign {
    /// How far it has come, in a word.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        if self.pending > 0 { "sending" } else { "sent" }
    }
}

/// A campaign that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// What its mails say.
    pub words: Words,
    /// Who sends it.
    pub created_by: String,
    /// Time of creation.
    pub created_at: Timestamp,
}
