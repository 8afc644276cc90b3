//! Sending what waits.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aedile_kernel::{Fate, InstallationKey, Result, Runner, Timestamp, UnitOfWork, UserId, View};
use async_trait::async_trait;

use super::model::{MailId, MailStatus, OutgoingEmail, Settlement, WaitingMail};
use super::port::{HoldsLease, MailError, Mailer, Mails};
use super::unsubscribe::UnsubscribeKey;

/// How often a recipient's server may put a mail off: for almost five days, as RFC 5321 §4.5.4.1 asks.
const MOST_ATTEMPTS: i64 = 128;
/// Seconds to wait after the first attempt; twice as long after each that follows.
const FIRST_PAUSE: i64 = 5;
/// The longest pause between two attempts, in seconds.
const LONGEST_PAUSE: i64 = 3_600;
/// After so many doublings the pause is the longest.
const MOST_DOUBLINGS: i64 = 10;
/// The longest pause while the mail server is in trouble, in seconds: once it is well again, mail goes out soon.
const LONGEST_TROUBLE_PAUSE: i64 = 300;
/// How long the mail server may be in trouble until a mail is given up, in seconds: five days.
const LONGEST_TROUBLE: i64 = 5 * 24 * 3_600;
/// The most characters that are kept of what a mail server said.
const LONGEST_ERROR: usize = 300;
/// How long a mail is leased, in seconds. If its worker dies, another one takes it after this long.
const LEASE: i64 = 60;

/// How often whoever sends a mail must renew its lease.
pub const RENEW_LEASE_EVERY: Duration = Duration::from_secs(20);

/// One instance's sending of mail: who it is, its keys, and what it has yet to write down.
pub struct MailWorker {
    owner: String,
    key: InstallationKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Since when the mail server has been in trouble, and when it is tried next.
    trouble: Option<(Timestamp, Timestamp)>,
    /// What became of a mail and could not be written down yet.
    unsettled: Option<(MailId, Settlement)>,
}

/// What an attempt to send a mail came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is due, or the mail server was in trouble a moment ago.
    Idle,
    /// A mail was sent, or won't be; there may be more.
    Settled,
    /// The mail server is in trouble; what it said.
    Trouble(String),
}

impl MailWorker {
    /// A worker by a name that no other has at the same time.
    #[must_use]
    pub fn new(owner: String, key: InstallationKey) -> Self {
        Self { owner, key, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_paused(&self, now: Timestamp) -> bool {
        self.state().trouble.is_some_and(|(_, until)| now < until)
    }

    /// Pauses while the mail server is in trouble: each mail that waits would only meet the same.
    fn heed(&self, settlement: &Settlement, now: Timestamp) {
        let mut state = self.state();
        state.trouble = settlement.troubled_since.map(|_| {
            let since = state.trouble.map_or(now, |(since, _)| since);
            (since, now.plus_seconds(pause_in_trouble(since, now)))
        });
    }

    fn email(&self, mail: &WaitingMail) -> Option<OutgoingEmail> {
        let to = mail.address.clone().filter(|_| !mail.is_marketing || mail.wants_marketing)?;
        Some(OutgoingEmail {
            message_id: message_id(&self.key, mail),
            to,
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            unsubscribe_token: mail.is_marketing.then(|| UnsubscribeKey::new(self.key.clone()).token(mail.id)),
        })
    }
}

/// The same for each attempt, and no other mail's: not another installation's, nor one's that had the number before a reset
/// or a restored backup.
fn message_id(key: &InstallationKey, mail: &WaitingMail) -> String {
    let written = mail.created_at.as_micros().to_be_bytes();
    let recipient = mail.user_id.as_ref().map(UserId::as_str).or(mail.address.as_deref()).unwrap_or_default();
    let digest = key.derive("message-id", &[&mail.id.0.to_be_bytes(), &written, recipient.as_bytes()]);
    aedile_kernel::digest::hex(digest.get(..16).unwrap_or_default())
}

/// Sends the mail that waits, over a store it does not name.
#[async_trait]
pub trait DeliversMail: Send + Sync {
    /// Sends the mail that has been due the longest. Whether its recipient still exists and wants it is read when it is
    /// leased, right before it is sent. A mail is sent twice only if its worker dies, or the mail server's answer is lost,
    /// after the server took it; both times it has the same Message-ID.
    ///
    /// What became of it is written down when the next one is leased, or by [`DeliversMail::settle`].
    ///
    /// # Errors
    /// If the store fails.
    async fn deliver_next(&self, worker: &MailWorker, mailer: &dyn Mailer) -> Result<Progress>;

    /// Writes down what became of the last mail, unless another worker has taken it since. For when the worker pauses.
    ///
    /// # Errors
    /// Only the store's own; it is tried again by the next call.
    async fn settle(&self, worker: &MailWorker) -> Result<()>;
}

#[async_trait]
impl<S> DeliversMail for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Mails>,
{
    async fn deliver_next(&self, worker: &MailWorker, mailer: &dyn Mailer) -> Result<Progress> {
        let now = self.now();
        if worker.is_paused(now) || !self.store().read(move |connection| connection.view().is_due(now)).await? {
            self.settle(worker).await?;
            return Ok(Progress::Idle);
        }
        let (owner, until) = (worker.owner.clone(), now.plus_seconds(LEASE));
        let unsettled = worker.state().unsettled.clone();
        let lease = move |connection: &mut S::Connection| {
            settle(connection.view(), &owner, unsettled.as_ref())?;
            connection.view().lease(&owner, now, until)
        };
        let leased = self.store().write(Fate::Commit, lease).await?;
        worker.state().unsettled = None;
        let Some(mail) = leased else { return Ok(Progress::Idle) };
        let settlement = match worker.email(&mail) {
            None => Settlement::of(MailStatus::Suppressed, self.now()),
            Some(email) => {
                let held = Held { runner: self, owner: &worker.owner, mail: mail.id };
                let sent = mailer.send(&email, &held).await;
                let settlement = judge(&mail, &email, sent, self.now());
                worker.heed(&settlement, self.now());
                settlement
            }
        };
        let trouble = settlement.error.clone().filter(|_| settlement.troubled_since.is_some());
        worker.state().unsettled = Some((mail.id, settlement));
        Ok(trouble.map_or(Progress::Settled, Progress::Trouble))
    }

    async fn settle(&self, worker: &MailWorker) -> Result<()> {
        let unsettled = worker.state().unsettled.clone();
        if unsettled.is_some() {
            let owner = worker.owner.clone();
            let write = move |connection: &mut S::Connection| settle(connection.view(), &owner, unsettled.as_ref());
            self.store().write(Fate::Commit, write).await?;
            worker.state().unsettled = None;
        }
        Ok(())
    }
}

fn settle(mails: &mut dyn Mails, owner: &str, unsettled: Option<&(MailId, Settlement)>) -> Result<()> {
    unsettled.map_or(Ok(()), |(id, settlement)| mails.settle(*id, owner, settlement).map(drop))
}

/// The lease of the mail that is being sent.
struct Held<'a, S: UnitOfWork> {
    runner: &'a Runner<S>,
    owner: &'a str,
    mail: MailId,
}

#[async_trait]
impl<S> HoldsLease for Held<'_, S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Mails>,
{
    async fn renew(&self) -> bool {
        let (id, owner, until) = (self.mail, self.owner.to_owned(), self.runner.now().plus_seconds(LEASE));
        let renew = move |connection: &mut S::Connection| connection.view().renew(id, &owner, until);
        // While the store can't tell, nobody else can take the mail either.
        self.runner.store().write(Fate::Commit, renew).await.unwrap_or(true)
    }
}

fn judge(
    mail: &WaitingMail,
    email: &OutgoingEmail,
    sent: std::result::Result<(), MailError>,
    now: Timestamp,
) -> Settlement {
    let Err(error) = sent else { return Settlement::of(MailStatus::Sent, now) };
    let said = Some(said(&error, &email.to));
    let waits =
        |seconds| Settlement { error: said.clone(), ..Settlement::of(MailStatus::Pending, now.plus_seconds(seconds)) };
    let failed = Settlement { error: said.clone(), ..Settlement::of(MailStatus::Failed, now) };
    match error {
        MailError::Never(_) => failed,
        MailError::Later(_) => pause_after(mail.attempts).map_or(failed, waits),
        MailError::Server(_) => {
            let since = mail.troubled_since.unwrap_or(now);
            let has_lasted = now.as_micros() - since.as_micros();
            if has_lasted >= LONGEST_TROUBLE * 1_000_000 {
                return failed;
            }
            Settlement { troubled_since: Some(since), ..waits(pause_in_trouble(since, now)) }
        }
    }
}

/// What went wrong, with what the mail server said. Whom the mail was for is the user's row to tell, and erased with it.
fn said(error: &MailError, to: &str) -> String {
    let (MailError::Server(cause) | MailError::Later(cause) | MailError::Never(cause)) = error;
    let text: String = format!("{error}: {cause}").chars().filter(|c| !c.is_control()).collect();
    without(&text, to).chars().take(LONGEST_ERROR).collect()
}

/// The text with an address left out, in whatever case it is written.
fn without(text: &str, address: &str) -> String {
    let (mut rest, mut kept) = (text, String::with_capacity(text.len()));
    while let Some(next) = rest.chars().next() {
        let is_here = rest.get(..address.len()).is_some_and(|here| here.eq_ignore_ascii_case(address));
        if is_here && !address.is_empty() {
            kept.push_str("(the recipient)");
            rest = rest.get(address.len()..).unwrap_or_default();
        } else {
            kept.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    kept
}

/// Seconds to wait after an attempt that followed `earlier` others; `None` when it was the last.
fn pause_after(earlier: i64) -> Option<i64> {
    let pause = FIRST_PAUSE << earlier.clamp(0, MOST_DOUBLINGS);
    (earlier + 1 < MOST_ATTEMPTS).then_some(pause.min(LONGEST_PAUSE))
}

/// Seconds to wait while the mail server is in trouble: as long again as it has been.
fn pause_in_trouble(since: Timestamp, now: Timestamp) -> i64 {
    ((now.as_micros() - since.as_micros()) / 1_000_000).clamp(FIRST_PAUSE, LONGEST_TROUBLE_PAUSE)
}

#[cfg(test)]
#[path = "deliver_tests.rs"]
mod tests;
