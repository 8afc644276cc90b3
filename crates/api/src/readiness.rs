//! Whether the server is ready.

use aedile_kernel::Result;
use async_trait::async_trait;

/// Whether the server can do its work.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Asks the store.
    async fn check(&self) -> Result<()>;
}
