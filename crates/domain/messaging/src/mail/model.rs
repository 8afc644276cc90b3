//! What mail is.

use aedile_kernel::{Timestamp, UserId, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

numeric_id! {
    /// The number of a mail.
    MailId
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailStatus {
    /// It waits to be sent.
    Pending,
    /// The mail server took it.
    Sent,
    /// The mail server refused the recipient or the message for good, or took it in none of five days.
    Failed,
    /// Whom it was for does not want it any more, or has no address.
    Suppressed,
}

impl MailStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Failed, Self::Suppressed];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
        }
    }
}

/// A mail that is due, with whom it is for as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    /// Its number.
    pub id: MailId,
    /// Whom it is for; `None` for somebody who is no user yet.
    pub user_id: Option<UserId>,
    /// Their address; `None` when they have none, or were deleted.
    pub address: Option<String>,
    /// Whether it is marketing, which they may have had enough of.
    pub is_marketing: bool,
    /// Whether they agreed to marketing mail.
    pub wants_marketing: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// Since when the mail server has been in trouble whenever this mail was tried; `None` when it was well the last time.
    pub troubled_since: Option<Timestamp>,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// What became of an attempt to send a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Where the mail stands now.
    pub status: MailStatus,
    /// What the mail server said, if it did not take the mail.
    pub error: Option<String>,
    /// When it is tried next, if it waits; else now.
    pub due_at: Timestamp,
    /// Since when the mail server has been in trouble. Such an attempt is not counted.
    pub troubled_since: Option<Timestamp>,
}

impl Settlement {
    /// Nothing went wrong.
    #[must_use]
    pub const fn of(status: MailStatus, due_at: Timestamp) -> Self {
        Self { status, error: None, due_at, troubled_since: None }
    }
}

/// A mail as admins see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mail {
    /// Its number.
    pub id: MailId,
    /// The campaign it belongs to.
    pub campaign_id: Option<i64>,
    /// Whom it is for; null for somebody who is no user yet.
    pub user_id: Option<UserId>,
    /// Their address now.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub email: Option<String>,
    /// One line.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub subject: String,
    /// Where it stands.
    pub status: MailStatus,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next, if it waits; else when it was tried last.
    pub due_at: Timestamp,
    /// What the mail server said last, if it was not taken.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// An e-mail as it is handed to the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingEmail {
    /// The part before `@` of its Message-ID: the same however often it is sent, and never another mail's.
    pub message_id: String,
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// The last part of the URL that unsubscribes the recipient with one click (RFC 8058).
    pub unsubscribe_token: Option<String>,
}
