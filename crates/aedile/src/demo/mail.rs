//! The demo's mail: users who agreed to marketing mail, and a campaign that reached most of them.

use std::collections::HashSet;

use aedile_accounts::profile::UpdateProfile;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, Credential, InstallationKey, PermissionSet, Result, UserId};
use aedile_messaging::campaigns::SendMarketingEmail;
use aedile_messaging::mail::{DeliversMail as _, HoldsLease, MailError, MailWorker, Mailer, OutgoingEmail, Progress};
use async_trait::async_trait;

use super::stage::Stage;

/// How many users agreed, every third of those who came first.
const READERS: usize = 60;
/// Whose mail is refused, and who takes their consent back before it goes.
const REFUSED: [&str; 2] = ["dmitri.abe@demo.example", "tamar.berg@demo.example"];
const GONE: usize = 9;

const NEWS: &str = include_str!("news.html");

/// Sends the campaign to a simulated mail server, unless there is a real one: nobody of the demo gets mail.
pub(super) async fn fill(stage: &Stage, admin: &Caller) -> Result<()> {
    for number in 0..READERS {
        agree(stage, number, true).await?;
    }
    if !stage.is_mail_simulated {
        return Ok(());
    }
    let news = SendMarketingEmail { subject: "Ten skills for a calmer autumn".to_owned(), html_body: NEWS.to_owned() };
    stage.runner.command(admin, news).await?;
    agree(stage, GONE, false).await?;
    let key = InstallationKey::new(random_bytes(stage.runner.entropy().as_ref()));
    let worker = MailWorker::new("demo".to_owned(), key);
    let mailer = Simulated { refused: REFUSED.into() };
    while stage.runner.deliver_next(&worker, &mailer).await? == Progress::Settled {}
    Ok(())
}

async fn agree(stage: &Stage, number: usize, agrees: bool) -> Result<()> {
    let id = UserId::parse(&format!("user_{:03}", number * 3 + 1))?;
    let caller = Caller::user(&id, None, Credential::ProviderToken, PermissionSet::USER);
    let change = UpdateProfile { display_name: None, marketing_opt_in: Some(agrees) };
    stage.runner.command(&caller, change).await.map(drop)
}

/// A mail server that throws away what it takes.
struct Simulated {
    refused: HashSet<&'static str>,
}

#[async_trait]
impl Mailer for Simulated {
    async fn send(&self, email: &OutgoingEmail, _: &dyn HoldsLease) -> std::result::Result<(), MailError> {
        if self.refused.contains(email.to.as_str()) {
            return Err(MailError::Never("550 no such mailbox".into()));
        }
        Ok(())
    }
}
