//! Everything of one history.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use aedile_billing::refunds::BeginRefund;
use aedile_fake_stripe::Books;
use aedile_kernel::{Caller, Epochs, InstallationKey, Operations, Policy, Registry, Result, Runner};
use aedile_messaging::mail::MailWorker;
use aedile_store::Store;
use aedile_stripe::StripePayments;

use crate::gate::{Gate, Task};
use crate::gated_store::GatedStore;
use crate::mail_server::{MailServer, Route};
use crate::market::{self, SECRET};
use crate::rng::{Rng, locked};
use crate::snapshot::Snapshot;
use crate::wire::{Provider, Wire};

/// A server process.
pub(crate) struct Process {
    pub(crate) runner: Arc<Runner<GatedStore>>,
    pub(crate) operations: Operations,
    pub(crate) payments: StripePayments,
    pub(crate) mailer: Route,
    /// Who sends mail in it; another one once it was killed.
    pub(crate) mail_worker: Mutex<Arc<MailWorker>>,
    /// The secret key that it was started with.
    pub(crate) secret: Arc<Mutex<String>>,
}

/// A procedure under way, in one of the processes.
pub(crate) struct Running {
    pub(crate) name: String,
    pub(crate) process: usize,
    pub(crate) task: Task,
    /// Whether it sends mail.
    pub(crate) sends_mail: bool,
}

/// One history: two processes on one database, and the provider.
pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) store: Store,
    pub(crate) gate: Gate,
    pub(crate) provider: Arc<Provider>,
    pub(crate) mail_server: Arc<MailServer>,
    /// How many mail workers there were.
    pub(crate) mail_workers: usize,
    pub(crate) processes: Vec<Arc<Process>>,
    pub(crate) running: Vec<Running>,
    /// Whether events are delivered at all; without, everything is asked about.
    pub(crate) has_webhook: bool,
    /// Events that are still to be delivered, as the provider wrote them.
    pub(crate) mailbox: Vec<String>,
    /// The secret key that the provider takes.
    pub(crate) secret: String,
    /// Whether what began last mostly goes on first.
    pub(crate) overtakes: bool,
    /// How many idempotency keys were used, and how many provider keys.
    pub(crate) keys: usize,
    /// The last refund that was asked for under an idempotency key.
    pub(crate) last_refund: Option<(Caller, BeginRefund)>,
    pub(crate) snapshot: Snapshot,
    /// The provider's refunds that were judged.
    pub(crate) judged: HashSet<String>,
    /// What happened so far.
    pub(crate) trace: Vec<String>,
}

impl World {
    pub(crate) async fn open(seed: u64, database_url: &str) -> Result<Self> {
        let rng = Rng::new(seed);
        let (provider, _) = market::provider(rng.clone());
        *locked(&provider.trouble) = rng.below(40);
        let has_webhook = rng.chance(75);
        let overtakes = rng.chance(50);
        let mail_server = Arc::new(MailServer {
            clock: Arc::clone(&provider.clock),
            rng: rng.clone(),
            trouble: Mutex::new(if rng.chance(50) { rng.below(40) } else { 0 }),
            taken: Mutex::default(),
        });
        let store = Store::open(market::options(database_url), Arc::new(rng.clone())).await?;
        let gate = Gate::default();
        let start = |number| Arc::new(Process::start(number, &store, &gate, &provider, &mail_server));
        let processes = (0..2).map(start).collect();
        let snapshot = Snapshot::of(&store).await?;
        Ok(Self {
            rng,
            store,
            gate,
            provider,
            mail_server,
            mail_workers: 2,
            processes,
            running: Vec::new(),
            has_webhook,
            overtakes,
            mailbox: Vec::new(),
            secret: SECRET.to_owned(),
            keys: 0,
            last_refund: None,
            snapshot,
            judged: HashSet::new(),
            trace: Vec::new(),
        })
    }

    pub(crate) fn note(&mut self, what: impl Into<String>) {
        self.trace.push(what.into());
    }

    /// Something that happens at the provider, at the present; its events go to the mailbox.
    pub(crate) fn at_provider<T>(&mut self, act: impl FnOnce(&mut Books) -> T) -> T {
        let (done, events) = {
            let mut books = locked(&self.provider.books);
            books.set_now(self.provider.clock.seconds());
            (act(&mut books), books.take_events())
        };
        if self.has_webhook {
            self.mailbox.extend(events.iter().map(ToString::to_string));
        }
        done
    }
}

impl Process {
    fn start(
        number: usize,
        store: &Store,
        gate: &Gate,
        provider: &Arc<Provider>,
        mail_server: &Arc<MailServer>,
    ) -> Self {
        let rng = provider.rng.clone();
        let gated = GatedStore::new(store.clone(), gate.clone());
        let clock = Arc::clone(&provider.clock);
        let runner = Runner::new(gated, clock, Arc::new(rng), Arc::new(Epochs::default()), Policy::DEFAULT)
            .with_watcher(aedile_messaging::mail::watch());
        let runner = Arc::new(runner);
        let mut registry = Registry::default();
        aedile_billing::register(&mut registry);
        let operations = registry.bind(&runner);
        let secret = Arc::new(Mutex::new(SECRET.to_owned()));
        let wire = Wire { provider: Arc::clone(provider), gate: gate.clone(), secret: Arc::clone(&secret) };
        let payments = StripePayments::over(Arc::new(wire), "https://market.example", "simulated".to_owned());
        let mailer = Route { server: Arc::clone(mail_server), gate: gate.clone() };
        let mail_worker = Mutex::new(Arc::new(mail_worker(number)));
        Self { runner, operations, payments, mailer, mail_worker, secret }
    }
}

/// The worker of this number, of one installation.
pub(crate) fn mail_worker(number: usize) -> MailWorker {
    MailWorker::new(format!("worker-{number}"), InstallationKey::new([7; 32]))
}
