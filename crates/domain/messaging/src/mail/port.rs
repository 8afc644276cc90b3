//! What sending mail needs from the world.

use aedile_kernel::error::Cause;
use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};
use async_trait::async_trait;

use super::model::{Mail, MailId, MailStatus, OutgoingEmail, Settlement, WaitingMail};

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The mail server can't be used: it is away, or does not trust us, or we don't trust it. Says nothing about the mail.
    #[error("the mail server can't be used now")]
    Server(#[source] Cause),
    /// This mail may be taken later.
    #[error("the mail server did not take it yet")]
    Later(#[source] Cause),
    /// The recipient or the message is refused for good.
    #[error("the mail server refused it")]
    Never(#[source] Cause),
}

/// The lease of a mail that is being sent.
#[async_trait]
pub trait HoldsLease: Send + Sync {
    /// Renews the lease. `false` when another worker has the mail, and it must not be sent.
    async fn renew(&self) -> bool;
}

/// Hands mail to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail, and renews its lease every [`RENEW_LEASE_EVERY`](super::RENEW_LEASE_EVERY) until it is done.
    async fn send(&self, email: &OutgoingEmail, lease: &dyn HoldsLease) -> std::result::Result<(), MailError>;
}

/// A purchase, as far as mail tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseLine {
    /// What was bought.
    pub name: String,
    /// What it cost, in hundredths of a US dollar.
    pub amount_cents: i64,
    /// What was given back.
    pub refunded_cents: i64,
}

/// The mail on its way out.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Mails: Send {
    /// Adds a mail that is due at once.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()>;

    /// Adds a mail that is due at once, for somebody who is no user yet.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_for_address(&mut self, address: &str, subject: &str, text: &str, now: Timestamp) -> Result<()>;

    /// Who is super-admin at `now`, with an account in use.
    ///
    /// # Errors
    /// If the store fails.
    fn list_super_admins(&mut self, now: Timestamp) -> Result<Vec<UserId>>;

    /// What a purchase was about; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_purchase(&mut self, purchase: i64) -> Result<Option<PurchaseLine>>;

    /// Whether a mail is due.
    ///
    /// # Errors
    /// If the store fails.
    fn is_due(&mut self, now: Timestamp) -> Result<bool>;

    /// Leases the mail that has been due the longest to `owner`, with its recipient as they are now; nobody else gets it
    /// before `until`. `None` when nothing is due.
    ///
    /// # Errors
    /// If the store fails.
    fn lease(&mut self, owner: &str, now: Timestamp, until: Timestamp) -> Result<Option<WaitingMail>>;

    /// Extends `owner`'s lease. `false` when it is another's, or the mail is settled or gone.
    ///
    /// # Errors
    /// If the store fails.
    fn renew(&mut self, id: MailId, owner: &str, until: Timestamp) -> Result<bool>;

    /// Writes down what became of a mail that `owner` has leased, and ends the lease. The text of a mail that was sent, or is
    /// not wanted, is removed. `false`, and no change, when the lease
    /// is another's, or the mail is settled or gone.
    ///
    /// # Errors
    /// If the store fails.
    fn settle(&mut self, id: MailId, owner: &str, settlement: &Settlement) -> Result<bool>;

    /// A part of the mail that stands so, the newest first, with its number; of all mail without a status.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, status: Option<MailStatus>, page: &PageRequest) -> Result<Page<Mail>>;

    /// The mail, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: MailId) -> Result<Option<Mail>>;

    /// Lets a mail wait again as if it had never been tried, due at `due_at`.
    ///
    /// # Errors
    /// If the store fails.
    fn requeue(&mut self, id: MailId, due_at: Timestamp) -> Result<()>;

    /// The user whom a mail is for; `None` when there is no such mail, or it is for somebody who is no user yet.
    ///
    /// # Errors
    /// If the store fails.
    fn find_user_of(&mut self, id: MailId) -> Result<Option<UserId>>;

    /// Takes back the user's consent to marketing mail; whether they had given it.
    ///
    /// # Errors
    /// If the store fails.
    fn withdraw_consent(&mut self, user: &UserId, now: Timestamp) -> Result<bool>;
}
