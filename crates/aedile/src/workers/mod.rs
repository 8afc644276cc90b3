//! What goes on beside requests.

mod accounts;
mod counts;
mod mail;
mod payments;
mod retention;
mod seals;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use aedile_accounts::deletion::ErasesUsers;
use aedile_billing::plans::ResetsPlans;
use aedile_kernel::digest::hex;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Result, Runner};
use aedile_mail::SmtpMailer;
use aedile_messaging::mail::{DeliversMail, MailWorker};
use aedile_store::{InvalidationWatch, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::server::{self, Meters};
use crate::settings::Settings;
use crate::{operations, telemetry};

/// Usage that was counted and not yet written is lost in a crash: at most this much, and the time of one write.
const USAGE_EVERY: Duration = Duration::from_millis(500);
/// As with usage.
const DOWNLOADS_EVERY: Duration = Duration::from_millis(500);
const SEAL_EVERY: Duration = Duration::from_secs(1);
const METRICS_EVERY: Duration = Duration::from_secs(5);
const PRUNE_EVERY: Duration = Duration::from_secs(3600);
const ERASE_EVERY: Duration = Duration::from_secs(60);
const MAIL_EVERY: Duration = Duration::from_secs(1);
const RESET_EVERY: Duration = Duration::from_secs(60);

/// Everything that goes on beside requests, until it is stopped.
pub(crate) struct Workers {
    tasks: JoinSet<()>,
    stopping: watch::Sender<bool>,
    stop: watch::Receiver<bool>,
    /// Hears of changes by other processes while it is kept.
    _invalidations: InvalidationWatch,
}

impl Workers {
    pub(crate) fn start(settings: &Settings, runner: &Arc<Runner<Store>>, meters: Meters) -> Result<Self> {
        let Meters { usage, downloads } = meters;
        let epochs = Arc::clone(runner.epochs());
        let watch = runner.store().watch_invalidations(move |topics| epochs.advance_all(topics))?;
        let (stopping, stop) = watch::channel(false);
        let mut workers = Self { tasks: JoinSet::new(), stopping, stop, _invalidations: watch };
        workers.every(USAGE_EVERY, "usage", (Arc::clone(runner), usage), counts::write_usage);
        workers.every(DOWNLOADS_EVERY, "downloads", (Arc::clone(runner), downloads), counts::write_downloads);
        workers.every(SEAL_EVERY, "audit seals", Arc::clone(runner), seals::seal);
        let pruned = (Arc::clone(runner), settings.retention.clone(), workers.stop.clone());
        workers.every(PRUNE_EVERY, "retention", pruned, retention::prune);
        let eraser: Arc<dyn ErasesUsers> = Arc::<Runner<Store>>::clone(runner);
        workers.every(ERASE_EVERY, "erasing", eraser, accounts::erase_who_left);
        let resetter: Arc<dyn ResetsPlans> = Arc::<Runner<Store>>::clone(runner);
        workers.every(RESET_EVERY, "plan resets", resetter, accounts::reset_plans);
        workers.every(METRICS_EVERY, "metrics", telemetry::metrics(), |metrics| async move {
            metrics.run_upkeep();
            Ok(())
        });
        workers.send_mail(settings, runner)?;
        workers.settle_payments(settings, runner)?;
        Ok(workers)
    }

    fn send_mail(&mut self, settings: &Settings, runner: &Arc<Runner<Store>>) -> Result<()> {
        let Some(config) = settings.mail() else {
            tracing::info!("mail waits: SMTP_URL is not set");
            return Ok(());
        };
        let sender: Arc<dyn DeliversMail> = Arc::<Runner<Store>>::clone(runner);
        let name = hex(&random_bytes::<16>(runner.entropy().as_ref()));
        let worker = Arc::new(MailWorker::new(name, runner.store().installation_key().clone()));
        let state = (sender, Arc::new(SmtpMailer::new(&config)?), worker, self.stop.clone());
        self.every(MAIL_EVERY, "mail", state, mail::send_mail);
        Ok(())
    }

    fn settle_payments(&mut self, settings: &Settings, runner: &Arc<Runner<Store>>) -> Result<()> {
        let Some(payments) = server::payments(settings, runner.store().installation_key())? else { return Ok(()) };
        let seconds = settings.payments_ask_seconds;
        let state = payments::Settling {
            finder: Arc::<Runner<Store>>::clone(runner),
            operations: Arc::new(operations::bind(runner)),
            payments,
            patience_seconds: seconds.into(),
            stop: self.stop.clone(),
        };
        self.every(Duration::from_secs(seconds.into()), "payments", state, payments::settle);
        Ok(())
    }

    fn every<S, W, F>(&mut self, period: Duration, name: &'static str, state: S, work: W)
    where
        S: Clone + Send + 'static,
        W: Fn(S) -> F + Send + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.tasks.spawn(worker::run(name, worker::Pace::every(period), self.stop.clone(), state, work));
    }

    /// Lets every worker run once more. One that is not done within `limit` is left alone: what it waits
    /// for may never answer.
    pub(crate) async fn stop(mut self, limit: Duration) {
        self.stopping.send(true).ok();
        let all_done = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(limit, all_done).await.is_err() {
            tracing::warn!("some workers were not done in time; what they had not written is lost");
        }
    }
}
