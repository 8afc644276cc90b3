//! What sending mail needs from the world.

use aedile_kernel::error::Cause;
use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};
use async_trait::async_trait;

use super::model::{Letter, Mail, MailId, MailStatus, WaitingMail};

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It may be taken later.
    #[error("the mail server did not take it")]
    Later(#[source] Cause),
    /// It never will.
    #[error("the mail server refused it")]
    Never(#[source] Cause),
}

/// Hands mail to a mail server.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail.
    async fn send(&self, letter: &Letter) -> std::result::Result<(), MailError>;
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
    /// Only the store's own.
    fn insert(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()>;

    /// What a purchase was about; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn find_purchase(&mut self, purchase: i64) -> Result<Option<PurchaseLine>>;

    /// Takes up to `limit` mails that are due, the oldest first; nobody else takes them for a minute.
    ///
    /// # Errors
    /// Only the store's own.
    fn lease(&mut self, now: Timestamp, limit: u32) -> Result<Vec<WaitingMail>>;

    /// Says what became of a mail; one that is still pending is due again at `due_at`.
    ///
    /// # Errors
    /// Only the store's own.
    fn settle(&mut self, id: MailId, status: MailStatus, error: Option<String>, due_at: Timestamp) -> Result<()>;

    /// A part of the mail that stands so, the newest first, with its number; of all mail without a status.
    ///
    /// # Errors
    /// Only the store's own.
    fn list(&mut self, status: Option<MailStatus>, page: &PageRequest) -> Result<Page<Mail>>;

    /// The mail, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock(&mut self, id: MailId) -> Result<Option<Mail>>;

    /// Lets a mail wait again as if it had never been tried, due at `due_at`.
    ///
    /// # Errors
    /// Only the store's own.
    fn requeue(&mut self, id: MailId, due_at: Timestamp) -> Result<()>;

    /// How many mails wait.
    ///
    /// # Errors
    /// Only the store's own.
    fn count_waiting(&mut self) -> Result<u64>;

    /// Whom a mail is for; `None` when there is no such mail.
    ///
    /// # Errors
    /// Only the store's own.
    fn find_user_of(&mut self, id: MailId) -> Result<Option<UserId>>;

    /// Takes back the user's consent to marketing mail; whether they had given it.
    ///
    /// # Errors
    /// Only the store's own.
    fn withdraw_consent(&mut self, user: &UserId, now: Timestamp) -> Result<bool>;
}
