//! One worker: work that is done again and again, whatever becomes of it.

use std::time::Duration;

use aedile_kernel::Result;
use aedile_kernel::runner::Chain;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep};

/// The most doublings of the pause after a panic.
const MOST_DOUBLINGS: u32 = 6;

/// How often work is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// How long from one run to the next.
    period: Duration,
    /// How long to wait after a panic; twice as long after each that follows, up to 64 times.
    after_panic: Duration,
}

impl Pace {
    pub(super) const fn every(period: Duration) -> Self {
        Self { period, after_panic: Duration::from_secs(1) }
    }

    fn pause_after(self, panics: u32) -> Duration {
        self.after_panic * (1 << panics.saturating_sub(1).min(MOST_DOUBLINGS))
    }
}

/// Does `work` until `stop`, and once more then. A failure is logged and tried again the next time; a panic is counted, and
/// tried again after a pause.
pub(super) async fn run<S, W, F>(name: &'static str, pace: Pace, mut stop: watch::Receiver<bool>, state: S, work: W)
where
    S: Clone + Send + 'static,
    W: Fn(S) -> F + Send + 'static,
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut ticks = interval(pace.period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut panics = 0;
    loop {
        let is_last = tokio::select! {
            // First, so that a tick that is due as well adds no run after the end.
            biased;
            _ = stop.wait_for(|stop| *stop) => true,
            _ = ticks.tick() => false,
        };
        // In a task of its own, which a panic ends alone.
        match tokio::spawn(work(state.clone())).await {
            Ok(Ok(())) => panics = 0,
            Ok(Err(error)) => {
                panics = 0;
                tracing::warn!(worker = name, error = %Chain(&error), "a worker failed and will try again");
            }
            Err(ended) if ended.is_panic() => {
                panics += 1;
                metrics::counter!("aedile_worker_panics_total", "worker" => name).increment(1);
                tracing::error!(worker = name, panics, "a worker panicked and will be started again");
            }
            Err(_) => return,
        }
        if is_last {
            return;
        }
        if panics > 0 {
            tokio::select! {
                () = sleep(pace.pause_after(panics)) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;
    use crate::telemetry;

    const QUICK: Pace = Pace { period: Duration::from_millis(1), after_panic: Duration::from_millis(1) };

    #[test]
    fn pauses_after_panics_grow_up_to_a_minute() {
        let pace = Pace::every(Duration::from_secs(3600));
        let pauses: Vec<u64> = [1, 2, 3, 7, 8, 1_000].map(|panics| pace.pause_after(panics).as_secs()).into();
        assert_eq!(pauses, [1, 2, 4, 64, 64, 64]);
    }

    #[tokio::test]
    async fn a_panic_is_counted_and_the_worker_goes_on() {
        let metrics = telemetry::metrics();
        let (stopping, stop) = watch::channel(false);
        let (runs, went_on) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let state = (Arc::clone(&runs), Arc::clone(&went_on));
        let worker = tokio::spawn(run("panics twice", QUICK, stop, state, |(runs, went_on)| async move {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            assert!(run >= 2, "on purpose");
            went_on.notify_one();
            Ok(())
        }));
        went_on.notified().await;
        stopping.send(true).unwrap();
        worker.await.unwrap();
        let counted = "aedile_worker_panics_total{worker=\"panics twice\"} 2";
        assert!(metrics.render().contains(counted), "{}", metrics.render());
    }

    #[tokio::test]
    async fn the_end_is_a_last_run_also_in_the_pause_after_a_panic() {
        let (stopping, stop) = watch::channel(false);
        let (runs, began) = (Arc::new(AtomicU32::new(0)), Arc::new(Notify::new()));
        let pace = Pace { period: Duration::from_millis(1), after_panic: Duration::from_secs(3600) };
        let state = (Arc::clone(&runs), Arc::clone(&began));
        let worker = tokio::spawn(run("panics once", pace, stop, state, |(runs, began)| async move {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            began.notify_one();
            assert!(run > 0, "on purpose");
            Ok(())
        }));
        began.notified().await;
        stopping.send(true).unwrap();
        worker.await.unwrap();
        assert_eq!(runs.load(Ordering::Relaxed), 2);
    }
}
