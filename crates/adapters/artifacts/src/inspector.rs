//! Looks into packages beside the threads that serve requests, as many at once as there are cores.

use std::sync::Arc;

use aedile_catalog::packages::{Inspected, PackageInspector};
use aedile_kernel::{Error, Result};
use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::Semaphore;

use crate::archive::inspect;

/// Looks into zip archives.
#[derive(Debug, Clone)]
pub struct ZipInspector {
    /// Inflating keeps a core busy, so more at once would only take turns.
    turns: Arc<Semaphore>,
}

impl ZipInspector {
    /// An inspector that uses every core.
    #[must_use]
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(cores)) }
    }
}

impl Default for ZipInspector {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl PackageInspector for ZipInspector {
    async fn inspect(&self, bytes: Bytes) -> Result<Inspected> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Error::internal)?;
        let look = move || {
            // It goes on when the caller goes away, and so does its turn.
            let _turn = turn;
            inspect(&bytes)
        };
        tokio::task::spawn_blocking(look).await.map_err(Error::internal)?
    }
}
