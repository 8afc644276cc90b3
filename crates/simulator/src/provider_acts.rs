//! What may happen at the provider, and to time.

use aedile_fake_stripe::{DisputeStatus, PaymentState, RefundState, SessionState};

use crate::mail_server::LEASE;
use crate::rng::locked;
use crate::world::World;

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

impl World {
    /// Something happens at the provider by itself, or by somebody's hand.
    pub(crate) fn something_at_provider(&mut self) {
        match self.rng.below(12) {
            0..=4 => self.pay(),
            5 => self.settle_payment(),
            6 => self.settle_refund(),
            7 => self.refund_by_hand(),
            8 => self.dispute(),
            9 => self.settle_dispute(),
            10 => self.pay_link(),
            _ => self.change_pace(),
        }
    }

    /// Time passes: mostly seconds, sometimes so much that keys and sessions expire.
    pub(crate) fn pass_time(&mut self) {
        let seconds = match self.rng.below(12) {
            0 => self.rng.between(DAY, DAY * 2),
            1 | 2 => self.rng.between(MINUTE, 90 * MINUTE),
            _ => self.rng.between(1, 20),
        };
        self.provider.clock.advance(seconds);
        self.at_provider(|_| ());
        self.note(format!("{seconds} s pass"));
        if seconds >= LEASE {
            self.excuse(&self.running.iter().collect::<Vec<_>>());
        }
        if seconds >= DAY {
            // No request lives for a day: whoever sent it has gone, and the server was started again.
            self.running.clear();
        }
    }

    /// The secret key is changed at the provider; processes learn it when they are started again.
    pub(crate) fn rotate_secret(&mut self) {
        self.secret = format!("sk_test_{}", self.rng.between(2, 1_000_000));
        let secret = self.secret.clone();
        self.at_provider(|books| books.rotate_secret(secret));
        self.note("the secret key is rotated");
    }

    pub(crate) fn pay(&mut self) {
        let open = |world: &Self| {
            let books = locked(&world.provider.books);
            let open = books.sessions().iter().filter(|session| session.state == SessionState::Open);
            open.map(|session| session.id.clone()).collect::<Vec<_>>()
        };
        let Some(session) = self.rng.pick(&open(self)).cloned() else { return };
        let takes_days = self.rng.chance(20);
        self.at_provider(|books| if takes_days { books.pay_later(&session) } else { books.pay(&session) });
        self.note(format!("{session} is paid, later: {takes_days}"));
    }

    fn settle_payment(&mut self) {
        let waiting: Vec<String> =
            self.payments(PaymentState::Processing).into_iter().map(|(session, _)| session).collect();
        let Some(session) = self.rng.pick(&waiting).cloned() else { return };
        let succeeds = self.rng.chance(60);
        self.at_provider(|books| books.settle_payment(&session, succeeds));
        self.note(format!("the payment of {session} succeeds: {succeeds}"));
    }

    fn settle_refund(&mut self) {
        let open = |world: &Self| {
            let books = locked(&world.provider.books);
            books.refunds().iter().map(|refund| refund.id.clone()).collect::<Vec<_>>()
        };
        let Some(refund) = self.rng.pick(&open(self)).cloned() else { return };
        let states = [RefundState::Succeeded, RefundState::Succeeded, RefundState::Failed, RefundState::Canceled];
        let state = self.rng.pick(&states).copied().unwrap_or_default();
        let event = self.at_provider(|books| books.settle_refund(&refund, state));
        self.note(format!("{refund} becomes {state:?}: {}", event.is_some()));
    }

    fn refund_by_hand(&mut self) {
        let Some(intent) = self.paid() else { return };
        let cents = self.rng.between(1, 400);
        let event = self.at_provider(|books| books.refund_by_hand(&intent, cents));
        self.note(format!("{cents} of {intent} are refunded by hand: {}", event.is_some()));
    }

    fn dispute(&mut self) {
        if self.rng.chance(60) {
            return;
        }
        let Some(intent) = self.paid() else { return };
        let event = self.at_provider(|books| books.dispute(&intent));
        self.note(format!("{intent} is disputed: {}", event.is_some()));
    }

    fn settle_dispute(&mut self) {
        let all = |world: &Self| {
            let books = locked(&world.provider.books);
            books.disputes().iter().map(|dispute| dispute.id.clone()).collect::<Vec<_>>()
        };
        let Some(dispute) = self.rng.pick(&all(self)).cloned() else { return };
        let states = [DisputeStatus::UnderReview, DisputeStatus::Won, DisputeStatus::Lost];
        let state = self.rng.pick(&states).copied().unwrap_or(DisputeStatus::Won);
        let event = self.at_provider(|books| books.settle_dispute(&dispute, state));
        self.note(format!("{dispute} becomes {state:?}: {}", event.is_some()));
    }

    /// Somebody pays a payment link of the same account, under the reference of a purchase.
    fn pay_link(&mut self) {
        let references: Vec<String> = self.snapshot.purchases.iter().map(|p| p.reference.to_string()).collect();
        let reference = self.rng.pick(&references).cloned();
        let (cents, currency) = (self.rng.between(1, 50), if self.rng.chance(50) { "usd" } else { "jpy" });
        self.at_provider(|books| books.pay_link(reference.as_deref(), cents, currency));
        self.note(format!("a payment link is paid as {reference:?}: {cents} {currency}"));
    }

    fn change_pace(&mut self) {
        let state = if self.rng.chance(50) { RefundState::Pending } else { RefundState::Succeeded };
        self.at_provider(|books| books.begin_refunds_as(state));
        self.note(format!("refunds begin as {state:?}"));
    }

    /// Sessions and intents of payments in this state.
    pub(crate) fn payments(&self, state: PaymentState) -> Vec<(String, String)> {
        let books = locked(&self.provider.books);
        let payments = books.payments().iter().filter(|payment| payment.state == state);
        payments.map(|payment| (payment.session.clone(), payment.intent.clone())).collect()
    }

    fn paid(&mut self) -> Option<String> {
        let intents: Vec<String> =
            self.payments(PaymentState::Succeeded).into_iter().map(|(_, intent)| intent).collect();
        self.rng.pick(&intents).cloned()
    }
}
