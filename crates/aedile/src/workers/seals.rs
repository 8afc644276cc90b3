//! Seals the audit log.

use std::sync::Arc;

use aedile_kernel::{Result, Runner};
use aedile_store::Store;

pub(super) async fn seal(runner: Arc<Runner<Store>>) -> Result<()> {
    if runner.store().seal_audit_log(runner.now()).await?.is_none() {
        metrics::counter!("aedile_audit_seals_put_off_total").increment(1);
        tracing::warn!("the audit log was not sealed: a transaction that writes to it does not end");
    }
    Ok(())
}
