//! Sending what waits.

use aedile_kernel::{Fate, Result, Runner, Timestamp, UnitOfWork, View};
use async_trait::async_trait;

use super::model::{Letter, MailStatus, WaitingMail};
use super::port::{MailError, Mailer, Mails};
use super::unsubscribe::UnsubscribeKey;

/// How many mails are taken at a time.
const AT_ONCE: u32 = 50;
/// How often a mail is tried: for almost five days, as RFC 5321 §4.5.4.1 asks.
const MOST_ATTEMPTS: i64 = 128;
/// How many seconds to wait after the first attempt; twice as long after each that follows.
const FIRST_PAUSE: i64 = 5;
/// The longest pause between two attempts, in seconds.
const LONGEST_PAUSE: i64 = 3_600;
/// After so many doublings the pause is the longest.
const MOST_DOUBLINGS: i64 = 10;
/// The most characters that are kept of what a mail server said.
const LONGEST_ERROR: usize = 300;

/// Sends the mail that waits, over a store it does not name.
#[async_trait]
pub trait DeliversMail: Send + Sync {
    /// Sends what is due, some of it; whether there may be more. What a crash interrupts is sent again after a minute, with
    /// the same Message-ID.
    ///
    /// # Errors
    /// Only the store's own.
    async fn deliver_mail(&self, mailer: &dyn Mailer, key: &UnsubscribeKey) -> Result<bool>;

    /// How many mails wait.
    ///
    /// # Errors
    /// Only the store's own.
    async fn waiting_mail(&self) -> Result<u64>;
}

#[async_trait]
impl<S> DeliversMail for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Mails>,
{
    async fn deliver_mail(&self, mailer: &dyn Mailer, key: &UnsubscribeKey) -> Result<bool> {
        if self.waiting_mail().await? == 0 {
            return Ok(false);
        }
        let now = self.now();
        let due = self.store().write(Fate::Commit, move |connection| connection.view().lease(now, AT_ONCE)).await?;
        let may_be_more = !due.is_empty();
        for mail in due {
            let (status, error, due_at) = outcome(&mail, mailer, key, self.now()).await;
            let settle =
                move |connection: &mut S::Connection| connection.view().settle(mail.id, status, error.clone(), due_at);
            self.store().write(Fate::Commit, settle).await?;
        }
        Ok(may_be_more)
    }

    async fn waiting_mail(&self) -> Result<u64> {
        self.store().read(|connection| connection.view().count_waiting()).await
    }
}

async fn outcome(
    mail: &WaitingMail,
    mailer: &dyn Mailer,
    key: &UnsubscribeKey,
    now: Timestamp,
) -> (MailStatus, Option<String>, Timestamp) {
    let Some(to) = mail.address.clone().filter(|_| !mail.is_marketing || mail.wants_marketing) else {
        return (MailStatus::Suppressed, None, now);
    };
    let letter = Letter {
        key: format!("mail-{}", mail.id),
        to,
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        unsubscribe_token: mail.is_marketing.then(|| key.token(mail.id)),
    };
    match mailer.send(&letter).await {
        Ok(()) => (MailStatus::Sent, None, now),
        Err(error @ MailError::Later(_)) => match pause_after(mail.attempts) {
            Some(seconds) => (MailStatus::Pending, Some(said(&error)), now.plus_seconds(seconds)),
            None => (MailStatus::Failed, Some(said(&error)), now),
        },
        Err(error) => (MailStatus::Failed, Some(said(&error)), now),
    }
}

/// What went wrong, with what the mail server said.
fn said(error: &MailError) -> String {
    let (MailError::Later(cause) | MailError::Never(cause)) = error;
    format!("{error}: {cause}").chars().filter(|c| !c.is_control()).take(LONGEST_ERROR).collect()
}

/// How many seconds to wait after an attempt that followed `earlier` others; none when it was the last.
fn pause_after(earlier: i64) -> Option<i64> {
    let pause = FIRST_PAUSE << earlier.clamp(0, MOST_DOUBLINGS);
    (earlier + 1 < MOST_ATTEMPTS).then_some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_server_said_is_kept_in_short() {
        let said_so = |text: &str| said(&MailError::Never(text.into()));
        assert_eq!(said_so("550 no\r\n such user"), "the mail server refused it: 550 no such user");
        assert_eq!(said_so(&"x".repeat(1_000)).len(), LONGEST_ERROR);
    }

    #[test]
    fn a_mail_server_may_be_away_for_four_days() {
        let pauses: Vec<i64> = (0..).map_while(pause_after).collect();

        assert_eq!(pauses[..3], [5, 10, 20]);
        assert!(pauses.iter().all(|pause| (5..=3_600).contains(pause)), "{pauses:?}");
        assert!((4..=5).contains(&(pauses.iter().sum::<i64>() / 86_400)), "{pauses:?}");
    }
}
