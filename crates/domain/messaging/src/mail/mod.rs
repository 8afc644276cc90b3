//! Mail: what waits to be sent, and who sends it.

mod deliver;
mod list;
mod model;
mod notices;
mod port;
mod retry;
mod security_notice;
mod unsubscribe;

pub use deliver::{DeliversMail, MailWorker, Progress, RENEW_LEASE_EVERY};
pub use list::ListMail;
pub use model::{Mail, MailId, MailStatus, OutgoingEmail, Settlement, WaitingMail};
pub use notices::watch;
#[cfg(any(test, feature = "mock"))]
pub use port::MockMails;
pub use port::{HoldsLease, MailError, Mailer, Mails, PurchaseLine};
pub use retry::RetryMail;
pub use unsubscribe::{Unsubscribe, UnsubscribeKey};

/// The kind of thing in the audit log.
pub(crate) const RESOURCE: &str = "mail";
