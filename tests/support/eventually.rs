//! Waiting for what comes about by itself.

use std::time::{Duration, Instant};

/// Asks again and again until the answer is yes; fails when it is not within the limit. Returns how long it took.
#[track_caller]
pub(crate) fn eventually<F: Future<Output = bool>>(
    limit: Duration,
    what: &str,
    is_so: impl Fn() -> F,
) -> impl Future<Output = Duration> {
    let place = std::panic::Location::caller();
    async move {
        let started = Instant::now();
        loop {
            // Not when the answer came counts, which the machine may delay, but when it was asked for.
            let asked_after = started.elapsed();
            if is_so().await {
                return asked_after;
            }
            assert!(asked_after < limit, "{place}: not within {limit:?}: {what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
