//! Removes what has been kept for as long as the settings say.

use std::sync::Arc;

use aedile_kernel::{Result, Runner};
use aedile_store::{Prunable, Store};
use tokio::sync::watch;

use crate::retention::Retention;

/// Removes it a little at a time, so that nobody who writes waits for it. What is left when the server stops is removed the
/// next time.
pub(super) async fn prune(
    (runner, retention, stop): (Arc<Runner<Store>>, Retention, watch::Receiver<bool>),
) -> Result<()> {
    for what in Prunable::ALL {
        let before = runner.now().plus_seconds(-retention.seconds(what));
        let mut removed = 0;
        while !*stop.borrow() {
            match runner.store().prune(what, before).await? {
                0 => break,
                rows => removed += rows,
            }
        }
        if removed > 0 {
            let rows = u64::try_from(removed).unwrap_or(u64::MAX);
            metrics::counter!("aedile_pruned_rows_total", "kind" => what.as_str()).increment(rows);
            tracing::info!(kind = what.as_str(), rows, "old records were removed");
        }
    }
    Ok(())
}
