//! What may happen in our system.

use std::sync::Arc;

use aedile_accounts::holds::{HoldAccount, ReleaseAccount};
use aedile_billing::payments::{PaymentEventReader, take_payment_event};
use aedile_billing::purchases::{PurchaseId, StartPurchase, confirm_payment, open_checkout};
use aedile_billing::reconcile::{FindsDrift, reconcile};
use aedile_billing::refunds::{BeginRefund, issue_refund};
use aedile_fake_stripe::SignedEvent;
use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::digest::sha256;
use aedile_kernel::{Caller, Clock, Result, Timestamp, UserId};
use aedile_messaging::mail::DeliversMail;
use aedile_stripe::StripeWebhooks;
use secrecy::SecretString;

use crate::gate::{Point, Progress, Task};
use crate::invariants::Judgement;
use crate::market::{BUYERS, SKILLS, caller};
use crate::rng::locked;
use crate::world::{Process, Running, World, mail_worker};

const WEBHOOK_SECRET: &str = "whsec_simulated";
/// The most procedures at a time.
const MOST_RUNNING: usize = 4;

impl World {
    /// Starts a procedure in one of the processes.
    pub(crate) fn start_something(&mut self) {
        if self.running.len() >= MOST_RUNNING {
            return;
        }
        let at = self.rng.below(self.processes.len());
        let Some(process) = self.processes.get(at).cloned() else { return };
        let purchases: Vec<PurchaseId> = self.snapshot.purchases.iter().map(|purchase| purchase.id).collect();
        let drawn = self.rng.below(17);
        if drawn >= 14
            && let Some((caller, begin)) = self.last_refund.clone()
        {
            // Perhaps while the first request is still under way.
            let name = format!("refund of {} again", begin.purchase);
            return self.run(at, name, issue(process, caller, begin));
        }
        let (name, task) = match (drawn, self.rng.pick(&purchases).copied()) {
            (10..=12, _) => return self.send_mail(at, process),
            (13, _) => self.hold_or_release(process),
            (0..=3, _) | (_, None) => self.buy(process),
            (4, Some(purchase)) => self.confirm(process, purchase),
            (5..=7, Some(purchase)) => self.refund(process, purchase),
            (_, Some(_)) => self.reconcile(process),
        };
        self.run(at, name, task);
    }

    pub(crate) fn run(&mut self, process: usize, name: String, task: Task) {
        self.note(format!("process {process} starts: {name}"));
        self.running.push(Running { name, process, task, sends_mail: false });
    }

    /// A process sends one e-mail at a time.
    fn send_mail(&mut self, at: usize, process: Arc<Process>) {
        if self.running.iter().any(|running| running.process == at && running.sends_mail) {
            return;
        }
        let task = mail(process);
        self.note(format!("process {at} starts: mail"));
        self.running.push(Running { name: "mail".to_owned(), process: at, task, sends_mail: true });
    }

    /// A worker that was killed, or stood still for longer than its lease, may have sent an e-mail that is sent again.
    pub(crate) fn excuse(&self, killed: &[&Running]) {
        let workers = killed.iter().filter(|running| running.sends_mail).count();
        locked(&self.mail_server.taken).excused += workers;
    }

    fn hold_or_release(&mut self, process: Arc<Process>) -> (String, Task) {
        let buyer = self.rng.pick(&BUYERS).copied().unwrap_or_default();
        let holds = !self.snapshot.held.contains(buyer);
        let task = async move {
            let changed = match UserId::parse(buyer) {
                Ok(user_id) if holds => {
                    let hold = HoldAccount { user_id, reason: "simulated".to_owned() };
                    process.runner.command(&Caller::console(), hold).await.map(drop)
                }
                Ok(user_id) => process.runner.command(&Caller::console(), ReleaseAccount { user_id }).await.map(drop),
                Err(error) => Err(error),
            };
            told(changed)
        };
        (format!("{} {buyer}", if holds { "hold" } else { "release" }), Box::pin(task))
    }

    /// Goes on with one procedure, up to its next point.
    pub(crate) async fn go_on(&mut self) -> Judgement {
        // In some histories what began last mostly goes on first, so that it overtakes what stands before a request.
        let overtakes = self.overtakes && self.rng.chance(80);
        let at = if overtakes { self.running.len().saturating_sub(1) } else { self.rng.below(self.running.len()) };
        let Some(running) = self.running.get_mut(at) else { return Ok(()) };
        let progress = self.gate.advance(&mut running.task).await;
        let name = running.name.clone();
        self.at_provider(|_| ());
        match progress {
            Progress::At(point) => {
                self.note(format!("{name}: {point:?}"));
                match point {
                    Point::Wrote => self.judge().await,
                    Point::Asked => self.judge_provider(),
                    Point::Reads | Point::Writes | Point::Asks | Point::Pauses => Ok(()),
                }
            }
            Progress::Ended(outcome) => {
                drop(self.running.remove(at));
                self.note(format!("{name} ended: {outcome}"));
                sane(&name, &outcome)
            }
        }
    }

    /// Kills one procedure where it stands, or a whole process.
    pub(crate) fn kill(&mut self) {
        let at = self.rng.below(self.running.len());
        let Some(running) = self.running.get(at) else { return };
        let (name, process) = (running.name.clone(), running.process);
        if self.rng.chance(50) {
            let killed = self.running.remove(at);
            self.excuse(&[&killed]);
            self.note(format!("{name} is killed"));
            return;
        }
        let (killed, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.running).into_iter().partition(|running| running.process == process);
        self.excuse(&killed.iter().collect::<Vec<_>>());
        self.running = others;
        if let Some(process) = self.processes.get(process) {
            self.secret.clone_into(&mut locked(&process.secret));
            *locked(&process.mail_worker) = Arc::new(mail_worker(self.mail_workers));
            self.mail_workers += 1;
        }
        self.note(format!("process {process} is killed and started again"));
    }

    /// Delivers an event, in any order, and perhaps not for the last time.
    pub(crate) fn deliver(&mut self) {
        if self.mailbox.is_empty() || self.running.len() >= MOST_RUNNING {
            return;
        }
        let at = self.rng.below(self.mailbox.len());
        let Some(event) = self.mailbox.get(at).cloned() else { return };
        if self.rng.chance(80) {
            self.mailbox.remove(at);
        }
        if self.rng.chance(10) {
            self.note("an event is lost");
            return;
        }
        let process = self.rng.below(self.processes.len());
        let Some(runs_in) = self.processes.get(process).cloned() else { return };
        let task = self.take(runs_in, event.clone());
        self.run(process, format!("webhook {}", kind(&event)), task);
    }

    /// The webhook.
    pub(crate) fn take(&self, process: Arc<Process>, event: String) -> Task {
        let clock = Arc::clone(&self.provider.clock);
        Box::pin(async move { told(take(&process, &event, clock.now()).await) })
    }

    fn key(&mut self, caller: Caller, request: &str) -> Caller {
        if self.rng.chance(40) {
            return caller;
        }
        // Some are sent again.
        if self.rng.chance(60) {
            self.keys += 1;
        }
        let name = format!("key-{}-{request}", self.keys);
        let key = IdempotencyKey::new(&name, sha256(request.as_bytes())).ok();
        Caller { idempotency_key: key, ..caller }
    }

    pub(crate) fn buy(&mut self, process: Arc<Process>) -> (String, Task) {
        let (buyer, skill) = (self.rng.pick(&BUYERS).copied(), self.rng.pick(&SKILLS).map(|(slug, _)| *slug));
        let (buyer, skill) = (buyer.unwrap_or_default(), skill.unwrap_or_default());
        let name = format!("{buyer} buys {skill}");
        let caller = caller(buyer).map(|caller| self.key(caller, &format!("buy-{skill}")));
        let start = StartPurchase { skill_slug: skill.to_owned() };
        let task = async move {
            let bought = match caller {
                Ok(caller) => open_checkout(&process.operations, &process.payments, &caller, start).await,
                Err(error) => Err(error),
            };
            told(bought.map(|done| format!("purchase {}", done.output.purchase.id)))
        };
        (name, Box::pin(task))
    }

    pub(crate) fn confirm(&self, process: Arc<Process>, id: PurchaseId) -> (String, Task) {
        let purchase = self.snapshot.purchases.iter().find(|purchase| purchase.id == id).cloned();
        let task = async move {
            let Some(purchase) = purchase else { return "nothing".to_owned() };
            let (operations, payments) = (&process.operations, &process.payments);
            match confirm_payment(operations, payments, &Caller::system(), &purchase).await {
                Ok(confirmed) => confirmed.map_or_else(|e| e.to_string(), |p| p.status.as_str().to_owned()),
                Err(error) => told(Err::<(), _>(error)),
            }
        };
        (format!("confirm {id}"), Box::pin(task))
    }

    fn refund(&mut self, process: Arc<Process>, purchase: PurchaseId) -> (String, Task) {
        let amount_cents = match self.rng.below(3) {
            0 => None,
            1 => Some(100),
            _ => Some(self.rng.between(1, 999)),
        };
        let name = format!("refund {amount_cents:?} of {purchase}");
        let caller = self.key(Caller::console(), &format!("refund-{purchase}-{}", amount_cents.unwrap_or(0)));
        let begin = BeginRefund { purchase, amount_cents, reason: String::new() };
        if caller.idempotency_key.is_some() {
            self.last_refund = Some((caller.clone(), begin.clone()));
        }
        (name, issue(process, caller, begin))
    }

    pub(crate) fn reconcile(&self, process: Arc<Process>) -> (String, Task) {
        let patience = self.rng.between(0, 120);
        let task = async move {
            let waiting = match process.runner.find_drift(patience).await {
                Ok(waiting) => waiting,
                Err(error) => return told(Err::<(), _>(error)),
            };
            told(reconcile(&process.operations, &process.payments, waiting).await.map(|mended| format!("{mended:?}")))
        };
        (format!("reconcile {patience}"), Box::pin(task))
    }
}

/// Sends the e-mail that has been due the longest, and writes down what became of it.
pub(crate) fn mail(process: Arc<Process>) -> Task {
    Box::pin(async move {
        let worker = Arc::clone(&locked(&process.mail_worker));
        let sent = process.runner.deliver_next(&worker, &process.mailer).await;
        let settled = process.runner.settle(&worker).await;
        told(sent.and_then(|progress| settled.map(|()| progress)))
    })
}

fn issue(process: Arc<Process>, caller: Caller, begin: BeginRefund) -> Task {
    Box::pin(async move {
        let issued = issue_refund(&process.operations, &process.payments, &caller, begin).await;
        told(issued.map(|(begun, told)| format!("refund {}: {told:?}", begun.output.refund.id)))
    })
}

async fn take(process: &Process, event: &str, now: Timestamp) -> Result<()> {
    let seconds = u64::try_from(now.as_seconds()).unwrap_or(0);
    let signed = SignedEvent::of_body(WEBHOOK_SECRET, event, seconds);
    let webhooks = StripeWebhooks::new(&SecretString::from(WEBHOOK_SECRET));
    let event = webhooks.read(&signed.signature, signed.body.as_bytes(), now)?;
    take_payment_event(&process.operations, &Caller::system(), event).await
}

/// The outcome as text, with all causes of an error.
pub(crate) fn told<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    match outcome {
        Ok(output) => format!("{output:?}"),
        Err(error) => aedile_kernel::runner::Chain(&error).to_string(),
    }
}

/// Nothing ends in an error that only we can explain.
pub(crate) fn sane(name: &str, outcome: &str) -> Judgement {
    if outcome.contains("internal error") { Err(format!("{name}: {outcome}")) } else { Ok(()) }
}

/// The event's kind, for the trace.
fn kind(event: &str) -> String {
    let (_, rest) = event.split_once("\"type\":\"").unwrap_or_default();
    let starts = rest.split('"').next().unwrap_or_default();
    let (_, id) = event.split_once("\"id\":\"evt").unwrap_or_default();
    format!("{starts} evt{}", id.split('"').next().unwrap_or_default())
}
