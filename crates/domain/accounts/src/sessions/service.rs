//! Whether a session goes on.

use aedile_kernel::{Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::port::RevokedTokens;

/// Knows sessions that were ended, over a store it does not name. It asks the store each time, so a token that was signed
/// out is refused from the next request on, on every instance.
#[async_trait]
pub trait KnowsSessions: Send + Sync {
    /// Whether the session of the token with this ID was ended.
    ///
    /// # Errors
    /// If the store fails.
    async fn is_over(&self, token_id: &str) -> Result<bool>;
}

#[async_trait]
impl<S> KnowsSessions for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn RevokedTokens>,
{
    async fn is_over(&self, token_id: &str) -> Result<bool> {
        let token_id = token_id.to_owned();
        self.store().read(move |connection| connection.view().is_revoked(&token_id)).await
    }
}
