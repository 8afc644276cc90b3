//! Sends the mail that is due.

use std::sync::Arc;

use aedile_accounts::mail::{DeliversMail, UnsubscribeKey};
use aedile_kernel::Result;
use aedile_mail::SmtpMailer;
use tokio::sync::watch;

type State = (Arc<dyn DeliversMail>, Arc<SmtpMailer>, UnsubscribeKey, watch::Receiver<bool>);

/// Sends what is due. A server that is told to stop does not wait for a slow mail server: the rest is sent later.
pub(super) async fn send_mail((sender, mailer, key, mut stop): State) -> Result<()> {
    while !*stop.borrow() {
        let may_be_more = tokio::select! {
            sent = sender.deliver_mail(mailer.as_ref(), &key) => sent?,
            _ = stop.changed() => false,
        };
        if !may_be_more {
            break;
        }
    }
    Ok(())
}
