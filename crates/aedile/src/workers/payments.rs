//! Asking the payment provider about what no event has told of.

use std::sync::Arc;

use aedile_billing::payments::Payments;
use aedile_billing::reconcile::{FindsDrift, Mended, reconcile};
use aedile_kernel::{Operations, Result};
use tokio::sync::watch;

/// What asking takes.
#[derive(Clone)]
pub(super) struct Settling {
    pub(super) finder: Arc<dyn FindsDrift>,
    pub(super) operations: Arc<Operations>,
    pub(super) payments: Arc<dyn Payments>,
    pub(super) patience_seconds: i64,
    pub(super) stop: watch::Receiver<bool>,
}

/// Settles payments and refunds whose events have not come. Who stops the server does not wait for the provider.
pub(super) async fn settle(mut settling: Settling) -> Result<()> {
    if *settling.stop.borrow() {
        return Ok(());
    }
    let waiting = settling.finder.find_due_drift(settling.patience_seconds).await?;
    let settled = reconcile(&settling.operations, settling.payments.as_ref(), waiting);
    let mended = tokio::select! {
        mended = settled => mended?,
        _ = settling.stop.changed() => Vec::new(),
    };
    let unknown = mended.iter().filter(|one| matches!(one, Mended::Unknown(_))).count();
    if !mended.is_empty() {
        let settled = mended.len().saturating_sub(unknown);
        tracing::info!(settled, unknown, "the payment provider was asked");
    }
    Ok(())
}
