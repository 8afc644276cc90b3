//! Mail: what waits to be sent, and who sends it.

mod deliver;
mod model;
mod notices;
mod port;
mod unsubscribe;

pub use deliver::DeliversMail;
pub use model::{Letter, MailId, MailStatus, WaitingMail};
pub use notices::watch;
pub use port::{MailError, Mailer, Mails, PurchaseLine};
#[cfg(any(test, feature = "mock"))]
pub use port::{MockMailer, MockMails};
pub use unsubscribe::{Unsubscribe, UnsubscribeKey};
