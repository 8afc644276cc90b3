//! Whose key a request came with.

use aedile_kernel::{Fate, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::model::ApiKey;
use super::port::ApiKeys;
use crate::secrets::Secret;

/// Knows API keys when they are shown, over a store it does not name. It asks the store each time, so a key that was revoked
/// is refused from the next request on.
#[async_trait]
pub trait RecognizesApiKeys: Send + Sync {
    /// The key, `None` when it is unknown, revoked or over.
    ///
    /// # Errors
    /// If the store fails.
    async fn recognize(&self, key: &str) -> Result<Option<ApiKey>>;

    /// Notes that a key was used; see [`ApiKey::is_to_be_noted_at`].
    ///
    /// # Errors
    /// If the store fails.
    async fn note_use(&self, key: &ApiKey) -> Result<()>;
}

#[async_trait]
impl<S> RecognizesApiKeys for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn ApiKeys>,
{
    async fn recognize(&self, key: &str) -> Result<Option<ApiKey>> {
        let Some(secret) = Secret::parse(ApiKey::PREFIX, key) else { return Ok(None) };
        let hash = secret.hash();
        let found = self.store().read(move |connection| connection.view().find_by_hash(&hash)).await?;
        Ok(found.filter(|key| key.is_good_at(self.now())))
    }

    async fn note_use(&self, key: &ApiKey) -> Result<()> {
        let (id, now) = (key.id, self.now());
        self.store().write(Fate::Commit, move |connection| connection.view().set_used(id, now)).await
    }
}
