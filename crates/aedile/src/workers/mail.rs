//! Sends the mail that is due.

use std::sync::Arc;
use std::time::Duration;

use aedile_kernel::Result;
use aedile_mail::SmtpMailer;
use aedile_messaging::mail::{DeliversMail, MailWorker, Progress};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long the mail that is being sent when the server stops may take.
const LAST_MAIL_WITHIN: Duration = Duration::from_secs(4);

type State = (Arc<dyn DeliversMail>, Arc<SmtpMailer>, Arc<MailWorker>, watch::Receiver<bool>);

/// Sends what is due. When the server stops, the mail on its way gets a moment to arrive; what was not sent is sent later.
pub(super) async fn send_mail((sender, mailer, worker, mut stop): State) -> Result<()> {
    while !*stop.borrow() {
        let mut next = sender.deliver_next(&worker, mailer.as_ref());
        let progress = tokio::select! {
            progress = &mut next => progress?,
            _ = stop.changed() => timeout(LAST_MAIL_WITHIN, next).await.unwrap_or(Ok(Progress::Idle))?,
        };
        match progress {
            Progress::Settled => {}
            Progress::Idle => break,
            Progress::Trouble(error) => {
                tracing::warn!(error, "mail waits");
                break;
            }
        }
    }
    sender.settle(&worker).await
}
