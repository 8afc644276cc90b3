//! Writes down what was counted in memory.

use std::sync::Arc;

use aedile_catalog::packages::{DownloadMeter, Downloads};
use aedile_kernel::{Fate, Result, Runner, UnitOfWork, View};
use aedile_platform::usage::{Usage, UsageMeter};
use aedile_store::{Connection, Store};

pub(super) async fn write_usage((runner, usage): (Arc<Runner<Store>>, Arc<UsageMeter>)) -> Result<()> {
    let batch = usage.drain();
    if batch.is_empty() {
        return Ok(());
    }
    let kept = batch.clone();
    let add = move |connection: &mut Connection| View::<dyn Usage>::view(connection).add(&batch);
    let written = runner.store().write(Fate::Commit, add).await;
    if written.is_err() {
        usage.restore(kept);
    }
    written
}

pub(super) async fn write_downloads((runner, downloads): (Arc<Runner<Store>>, Arc<DownloadMeter>)) -> Result<()> {
    let batch = downloads.drain();
    if batch.is_empty() {
        return Ok(());
    }
    let kept = batch.clone();
    let add = move |connection: &mut Connection| View::<dyn Downloads>::view(connection).add_downloads(&batch);
    let written = runner.store().write(Fate::Commit, add).await;
    if written.is_err() {
        downloads.restore(kept);
    }
    written
}
