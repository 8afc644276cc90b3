//! How a history comes to rest, and what must hold then.

use std::sync::Arc;

use aedile_billing::payments::{Payments, take_payment_event};
use aedile_billing::purchases::{Purchase, PurchaseStatus};
use aedile_billing::refunds::RefundStatus;
use aedile_fake_stripe::{Books, DisputeStatus, PaymentState, RefundState};
use aedile_kernel::{Caller, Clock, Timestamp, UnitOfWork};
use aedile_messaging::mail::Mails;
use aedile_store::Connection;

use crate::acts::{mail, sane, told};
use crate::gate::Task;
use crate::invariants::Judgement;
use crate::rng::locked;
use crate::world::{Process, World};

const DAY: i64 = 24 * 60 * 60;
/// More e-mails than any history writes.
const MOST_EMAILS: usize = 500;

impl World {
    /// A purchase that is paid before anything goes wrong; the events that tell of it come later.
    pub(crate) async fn begin_with_a_sale(&mut self) -> Judgement {
        let trouble = std::mem::take(&mut *locked(&self.provider.trouble));
        let Some(process) = self.processes.first().cloned() else { return Ok(()) };
        let (name, task) = self.buy(Arc::clone(&process));
        self.finish(name, task).await?;
        self.pay();
        if let Some(purchase) = self.snapshot.purchases.first().map(|purchase| purchase.id) {
            let (name, task) = self.confirm(process, purchase);
            self.finish(name, task).await?;
        }
        *locked(&self.provider.trouble) = trouble;
        Ok(())
    }

    /// Nothing goes wrong any more, what waits is decided, events are delivered, and the books are reconciled.
    pub(crate) async fn come_to_rest(&mut self) -> Judgement {
        self.note("--- everything comes to rest");
        self.excuse(&self.running.iter().collect::<Vec<_>>());
        self.running.clear();
        *locked(&self.provider.trouble) = 0;
        *locked(&self.mail_server.trouble) = 0;
        for process in &self.processes {
            self.secret.clone_into(&mut locked(&process.secret));
        }
        for _ in 0..3 {
            self.decide_what_waits();
            self.deliver_all().await?;
            self.provider.clock.advance(DAY + 3_600);
            self.at_provider(|_| ());
            let Some(process) = self.processes.first().cloned() else { return Ok(()) };
            let (name, task) = self.reconcile(Arc::clone(&process));
            self.finish(name, task).await?;
            let task = replay(process);
            self.finish("replay".to_owned(), task).await?;
        }
        self.send_all_mail().await?;
        self.mail_tells_of_all()?;
        let books = locked(&self.provider.books);
        self.snapshot.purchases.iter().try_for_each(|purchase| at_rest(purchase, &books))?;
        match self.snapshot.refunds.iter().find(|refund| refund.status == RefundStatus::Pending) {
            Some(refund) => Err(format!("refund {} is pending for ever", refund.id)),
            None => Ok(()),
        }
    }

    fn decide_what_waits(&mut self) {
        for (session, _) in self.payments(PaymentState::Processing) {
            let succeeds = self.rng.chance(50);
            self.at_provider(|books| books.settle_payment(&session, succeeds));
        }
        let (refunds, disputes) = {
            let books = locked(&self.provider.books);
            let pending = books.refunds().iter().filter(|refund| refund.state == RefundState::Pending);
            let refunds: Vec<String> = pending.map(|refund| refund.id.clone()).collect();
            (refunds, books.disputes().iter().map(|dispute| dispute.id.clone()).collect::<Vec<_>>())
        };
        for refund in refunds {
            let state = if self.rng.chance(70) { RefundState::Succeeded } else { RefundState::Failed };
            self.at_provider(|books| books.settle_refund(&refund, state));
        }
        for dispute in disputes {
            let status = if self.rng.chance(50) { DisputeStatus::Won } else { DisputeStatus::Lost };
            self.at_provider(|books| books.settle_dispute(&dispute, status));
        }
    }

    async fn deliver_all(&mut self) -> Judgement {
        while !self.mailbox.is_empty() {
            let event = self.mailbox.swap_remove(self.rng.below(self.mailbox.len()));
            let Some(process) = self.processes.first().cloned() else { return Ok(()) };
            let task = self.take(process, event);
            self.finish("webhook".to_owned(), task).await?;
        }
        Ok(())
    }

    /// Both workers send what is due, until nothing is.
    async fn send_all_mail(&mut self) -> Judgement {
        for number in 0..MOST_EMAILS {
            // Past every pause and lease.
            self.provider.clock.advance(3_600);
            let now = self.provider.clock.now();
            let is_due = move |connection: &mut Connection| Mails::is_due(connection, now);
            let is_due = self.store.read(is_due).await.map_err(|error| error.to_string())?;
            let Some(process) = self.processes.get(number % 2).filter(|_| is_due).cloned() else { return Ok(()) };
            self.finish("mail".to_owned(), mail(process)).await?;
        }
        Err("there is always another e-mail to send".to_owned())
    }

    /// No e-mail is lost: whoever paid has a receipt, and whoever got money back was told.
    fn mail_tells_of_all(&self) -> Judgement {
        let taken = locked(&self.mail_server.taken);
        let is_told = |subject: &str, number: &str| {
            let mut emails = taken.emails.values().map(|(email, _)| email);
            emails.any(|email| email.subject.starts_with(subject) && email.text.contains(number))
        };
        for purchase in &self.snapshot.purchases {
            let id = purchase.id;
            if purchase.status != PurchaseStatus::Pending && !is_told("Your purchase", &format!("number {id},")) {
                return Err(format!("the receipt of purchase {id} was lost"));
            }
            if purchase.refunded_cents > 0 && !is_told("Your refund", &format!("number {id}.")) {
                return Err(format!("nobody was told of the refund of purchase {id}"));
            }
        }
        Ok(())
    }

    async fn finish(&mut self, name: String, task: Task) -> Judgement {
        let outcome = self.gate.finish(task).await;
        sane(&name, &outcome)?;
        self.note(format!("{name} ended: {outcome}"));
        self.at_provider(|_| ());
        self.judge().await
    }
}

/// `aedile stripe replay`
fn replay(process: Arc<Process>) -> Task {
    Box::pin(async move {
        let events = match process.payments.list_events(Timestamp::from_seconds(0)).await {
            Ok(events) => events,
            Err(error) => return error.to_string(),
        };
        let count = events.len();
        for event in events {
            if let Err(error) = take_payment_event(&process.operations, &Caller::system(), event).await {
                return told(Err::<(), _>(error));
            }
        }
        format!("{count} events")
    })
}

/// The purchase has ended in one state, which is the provider's.
fn at_rest(purchase: &Purchase, books: &Books) -> Judgement {
    let id = purchase.id;
    let is_of = |session: &str| purchase.session_id.as_deref() == Some(session);
    let paid = books.payments().iter().find(|payment| {
        let is_ours = payment.metadata.get("reference").is_some_and(|known| known == purchase.reference.as_str());
        (is_ours || is_of(&payment.session)) && payment.state == PaymentState::Succeeded
    });
    let Some(payment) = paid else {
        return match purchase.status {
            PurchaseStatus::Pending => Ok(()),
            status => Err(format!("purchase {id} is {status:?}, and nobody has paid it")),
        };
    };
    let lost = books
        .disputes()
        .iter()
        .filter(|dispute| dispute.intent == payment.intent && dispute.status == DisputeStatus::Lost);
    let lost: i64 = lost.map(|dispute| dispute.amount).sum();
    let given_back = books.refunded(&payment.intent).saturating_add(lost).min(purchase.amount_cents);
    if purchase.refunded_cents != given_back {
        let ours = purchase.refunded_cents;
        return Err(format!("purchase {id} was refunded {ours} cents, and the provider says {given_back}"));
    }
    let expected =
        if given_back == purchase.amount_cents { PurchaseStatus::Refunded } else { PurchaseStatus::Completed };
    match purchase.status == expected {
        true => Ok(()),
        false => Err(format!("purchase {id} is {:?} and not {expected:?}", purchase.status)),
    }
}
