//! A mail server in process, with troubles.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aedile_kernel::Clock;
use aedile_messaging::mail::{HoldsLease, MailError, Mailer, OutgoingEmail};
use async_trait::async_trait;

use crate::clock::SimulatedClock;
use crate::gate::{Gate, Point};
use crate::rng::{Rng, locked};

/// How long a worker may stand still until another one may take its mail, in seconds.
pub(crate) const LEASE: i64 = 60;

/// The server, as both processes and the history see it.
pub(crate) struct MailServer {
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) rng: Rng,
    /// In how many of a hundred attempts something goes wrong.
    pub(crate) trouble: Mutex<usize>,
    pub(crate) taken: Mutex<Taken>,
}

/// What the server has taken.
#[derive(Default)]
pub(crate) struct Taken {
    /// Each e-mail by its Message-ID, and how often it was taken.
    pub(crate) emails: BTreeMap<String, (OutgoingEmail, usize)>,
    /// How many e-mails may have been taken once more: their answer was lost, or their worker was killed or stood still.
    pub(crate) excused: usize,
}

impl Taken {
    /// How many e-mails were taken again.
    pub(crate) fn repeated(&self) -> usize {
        self.emails.values().map(|(_, times)| times.saturating_sub(1)).sum()
    }

    fn take(&mut self, email: &OutgoingEmail) {
        self.emails.entry(email.message_id.clone()).or_insert_with(|| (email.clone(), 0)).1 += 1;
    }
}

/// How one process reaches it.
pub(crate) struct Route {
    pub(crate) server: Arc<MailServer>,
    pub(crate) gate: Gate,
}

#[async_trait]
impl Mailer for Route {
    async fn send(&self, email: &OutgoingEmail, lease: &dyn HoldsLease) -> Result<(), MailError> {
        let begun = self.server.clock.now();
        self.gate.pass(Point::Asks).await;
        if self.server.clock.now() >= begun.plus_seconds(LEASE) && !lease.renew().await {
            return Err(MailError::Server("another worker took the mail".into()));
        }
        let answered = self.server.answer(email);
        self.gate.pass(Point::Asked).await;
        answered
    }
}

impl MailServer {
    fn answer(&self, email: &OutgoingEmail) -> Result<(), MailError> {
        let trouble = *locked(&self.trouble);
        let mut taken = locked(&self.taken);
        if !self.rng.chance(trouble) {
            taken.take(email);
            return Ok(());
        }
        match self.rng.below(3) {
            0 => Err(MailError::Server("refused".into())),
            1 => Err(MailError::Later("greylisted".into())),
            _ => {
                taken.take(email);
                taken.excused += 1;
                Err(MailError::Server("closed".into()))
            }
        }
    }
}
