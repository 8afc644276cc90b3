//! What goes on beside requests.

use std::sync::Arc;
use std::time::Duration;

use aedile_accounts::cli_sign_in::CliSignIns;
use aedile_accounts::deletion::ErasesUsers;
use aedile_accounts::mail::{DeliversMail, UnsubscribeKey};
use aedile_accounts::provider_events::ProviderEvents;
use aedile_accounts::sessions::RevokedTokens;
use aedile_billing::plans::ResetsPlans;
use aedile_catalog::packages::{DownloadMeter, Downloads};
use aedile_kernel::runner::Chain;
use aedile_kernel::{Fate, Result, Runner, Topic, UnitOfWork, View};
use aedile_limits::{Listener, RedisNews};
use aedile_mail::SmtpMailer;
use aedile_platform::usage::{Day, GetUsage, Usage, UsageMeter};
use aedile_store::{Outbox, Store};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::server::Meters;
use crate::settings::Settings;
use crate::telemetry;

/// Usage that was counted and not yet written is lost in a crash: at most this much, and the time of one write.
const USAGE_EVERY: Duration = Duration::from_millis(500);
/// As with usage.
const DOWNLOADS_EVERY: Duration = Duration::from_millis(500);
const SEAL_EVERY: Duration = Duration::from_secs(1);
const OUTBOX_EVERY: Duration = Duration::from_millis(250);
const METRICS_EVERY: Duration = Duration::from_secs(5);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(3600);
const ERASE_EVERY: Duration = Duration::from_secs(60);
const MAIL_EVERY: Duration = Duration::from_secs(1);
const RESET_EVERY: Duration = Duration::from_secs(60);
/// The most plans reset at a time.
const RESET_AT_ONCE: u32 = 1_000;
/// The most users erased at a time.
const ERASED_AT_ONCE: u32 = 100;
/// Codes that are over say no more than unknown ones.
const CODES_KEPT_SECONDS: i64 = 24 * 60 * 60;
/// Longer than the leeway that tokens are given after their end.
const ENDED_TOKENS_KEPT_SECONDS: i64 = 60 * 60;
/// The identity provider sends an event again for a day or two.
const EVENTS_KEPT_SECONDS: i64 = 7 * 24 * 60 * 60;

/// Everything that goes on beside requests, until it is stopped.
pub(crate) struct Workers {
    tasks: JoinSet<()>,
    stopping: watch::Sender<bool>,
    /// Hears news of other instances while it is kept.
    listener: Option<Listener>,
}

impl Workers {
    pub(crate) fn start(settings: &Settings, runner: &Arc<Runner<Store>>, meters: Meters) -> Result<Self> {
        let Meters { usage, downloads } = meters;
        let (stopping, stop) = watch::channel(false);
        let mut workers = Self { tasks: JoinSet::new(), stopping, listener: None };
        workers.every(USAGE_EVERY, "usage", stop.clone(), (Arc::clone(runner), usage), |(runner, usage)| async move {
            write_usage(&runner, &usage).await
        });
        let counted = (Arc::clone(runner), downloads);
        workers.every(DOWNLOADS_EVERY, "downloads", stop.clone(), counted, |(runner, downloads)| async move {
            write_downloads(&runner, &downloads).await
        });
        workers.every(SEAL_EVERY, "audit seals", stop.clone(), Arc::clone(runner), |runner| async move {
            runner.store().seal_audit_log(runner.now()).await.map(drop)
        });
        workers.every(HOUSEKEEPING_EVERY, "housekeeping", stop.clone(), Arc::clone(runner), |runner| async move {
            keep_house(&runner).await
        });
        let eraser: Arc<dyn ErasesUsers> = Arc::<Runner<Store>>::clone(runner);
        workers.every(ERASE_EVERY, "erasing", stop.clone(), eraser, erase_who_left);
        let resetter: Arc<dyn ResetsPlans> = Arc::<Runner<Store>>::clone(runner);
        workers.every(RESET_EVERY, "plan resets", stop.clone(), resetter, reset_plans);
        let post: Arc<dyn DeliversMail> = Arc::<Runner<Store>>::clone(runner);
        let key = UnsubscribeKey::new(runner.store().cursor_key().clone());
        match settings.mail().map(|config| SmtpMailer::new(&config)).transpose()? {
            Some(mailer) => {
                let state = (post, Arc::new(mailer), key, stop.clone());
                workers.every(MAIL_EVERY, "mail", stop.clone(), state, |(post, mailer, key, stop)| {
                    send_mail(post, mailer, key, stop)
                });
            }
            None => tracing::info!("mail waits: SMTP_URL is not set"),
        }
        let metrics = telemetry::metrics();
        workers.every(METRICS_EVERY, "metrics", stop.clone(), metrics, |metrics| async move {
            metrics.run_upkeep();
            Ok(())
        });
        if let Some(url) = &settings.redis_url {
            workers.share_news(&url.0, runner, stop)?;
        }
        Ok(workers)
    }

    /// Tells other instances what their caches must forget, and hears it from them.
    fn share_news(&mut self, url: &str, runner: &Arc<Runner<Store>>, stop: watch::Receiver<bool>) -> Result<()> {
        let (news, epochs) = (Arc::new(RedisNews::new(url)?), Arc::clone(runner.epochs()));
        self.listener = Some(news.listen(move |topics| topics.iter().for_each(|topic| epochs.advance(*topic))));
        self.every(OUTBOX_EVERY, "outbox", stop, (Arc::clone(runner), news), |(runner, news)| async move {
            deliver(&runner, &news).await
        });
        Ok(())
    }

    /// Does `work` again and again, and once more in the end; a failure is logged and tried again the next time.
    fn every<S, W, F>(
        &mut self,
        period: Duration,
        name: &'static str,
        mut stop: watch::Receiver<bool>,
        state: S,
        work: W,
    ) where
        S: Clone + Send + 'static,
        W: Fn(S) -> F + Send + 'static,
        F: Future<Output = Result<()>> + Send,
    {
        self.tasks.spawn(async move {
            let mut ticks = interval(period);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let is_last = tokio::select! {
                    _ = ticks.tick() => false,
                    _ = stop.changed() => true,
                };
                if let Err(error) = work(state.clone()).await {
                    tracing::warn!(worker = name, error = %Chain(&error), "a worker failed and will try again");
                }
                if is_last {
                    break;
                }
            }
        });
    }

    /// Lets every worker finish, once more.
    pub(crate) async fn stop(mut self) {
        self.stopping.send(true).ok();
        while self.tasks.join_next().await.is_some() {}
        drop(self.listener);
    }
}

async fn write_usage(runner: &Runner<Store>, usage: &UsageMeter) -> Result<()> {
    let batch = usage.drain();
    if batch.is_empty() {
        return Ok(());
    }
    let kept = batch.clone();
    let written =
        runner.store().write(Fate::Commit, move |connection| View::<dyn Usage>::view(connection).add(&batch)).await;
    if written.is_err() {
        usage.restore(kept);
    }
    written
}

async fn write_downloads(runner: &Runner<Store>, downloads: &DownloadMeter) -> Result<()> {
    let batch = downloads.drain();
    if batch.is_empty() {
        return Ok(());
    }
    let kept = batch.clone();
    let add =
        move |connection: &mut aedile_store::Connection| View::<dyn Downloads>::view(connection).add_downloads(&batch);
    let written = runner.store().write(Fate::Commit, add).await;
    if written.is_err() {
        downloads.restore(kept);
    }
    written
}

/// Who can't be erased, as the last admin, is told in the log and tried again later.
async fn erase_who_left(eraser: Arc<dyn ErasesUsers>) -> Result<()> {
    for (user_id, error) in eraser.erase_due(ERASED_AT_ONCE).await? {
        tracing::warn!(%user_id, error = %Chain(&error), "a user could not be erased");
    }
    Ok(())
}

/// Sends what is due. Who stops the server does not wait for a slow mail server: what was not sent is sent later.
async fn send_mail(
    post: Arc<dyn DeliversMail>,
    mailer: Arc<SmtpMailer>,
    key: UnsubscribeKey,
    mut stop: watch::Receiver<bool>,
) -> Result<()> {
    while !*stop.borrow() {
        let may_be_more = tokio::select! {
            sent = post.deliver_mail(mailer.as_ref(), &key) => sent?,
            _ = stop.changed() => false,
        };
        if !may_be_more {
            break;
        }
    }
    Ok(())
}

async fn reset_plans(resetter: Arc<dyn ResetsPlans>) -> Result<()> {
    for (user_id, error) in resetter.reset_due(RESET_AT_ONCE).await? {
        tracing::warn!(%user_id, error = %Chain(&error), "a plan could not be reset");
    }
    Ok(())
}

async fn keep_house(runner: &Runner<Store>) -> Result<()> {
    let now = runner.now();
    runner.store().remove_expired_replies(now).await?;
    let oldest = Day::of(now).minus(GetUsage::MAX_DAYS);
    let forget = move |connection: &mut aedile_store::Connection| {
        View::<dyn CliSignIns>::view(connection).delete_codes_before(now.plus_seconds(-CODES_KEPT_SECONDS))?;
        View::<dyn ProviderEvents>::view(connection).delete_events_before(now.plus_seconds(-EVENTS_KEPT_SECONDS))?;
        View::<dyn RevokedTokens>::view(connection)
            .delete_ended_before(now.plus_seconds(-ENDED_TOKENS_KEPT_SECONDS))?;
        View::<dyn Usage>::view(connection).delete_before(oldest).map(drop)
    };
    runner.store().write(Fate::Commit, forget).await
}

/// Hands out what waits in the outbox; what can't be delivered stays and is tried again later.
async fn deliver(runner: &Runner<Store>, news: &RedisNews) -> Result<()> {
    const AT_ONCE: i64 = 50;
    if runner.store().waiting().await? == 0 {
        return Ok(());
    }
    for row in runner.store().lease(AT_ONCE, runner.now()).await? {
        let topics: Vec<Topic> =
            serde_json::from_value(row.message.payload.clone()).unwrap_or_else(|_| Topic::ALL.into());
        match news.publish(&topics).await {
            Ok(()) => runner.store().delivered(row.id).await?,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), attempts = row.attempts + 1, "news could not be sent");
                runner.store().failed(&row, runner.now()).await?;
            }
        }
    }
    Ok(())
}
