//! What a service manager such as systemd is told: that the server is ready, alive, and about to stop.

use std::time::Duration;

use sd_notify::NotifyState;

/// Tells that requests are answered from now on, and stays alive in the manager's eyes until the task is dropped. Does
/// nothing where no manager listens (`NOTIFY_SOCKET`).
///
/// Source: sd_notify(3).
pub(crate) fn ready() {
    tell(&[NotifyState::Ready]);
    if let Some(limit) = sd_notify::watchdog_enabled() {
        tokio::spawn(stay_alive(limit / 2));
    }
}

/// Tells that the server finishes what runs, and stops.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The runtime that serves requests sends the signs of life, so a runtime that hangs sends none and is restarted.
async fn stay_alive(every: Duration) {
    let mut ticks = tokio::time::interval(every);
    loop {
        ticks.tick().await;
        tell(&[NotifyState::Watchdog]);
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
