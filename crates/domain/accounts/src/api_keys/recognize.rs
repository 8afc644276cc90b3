//! Whose key a request came with.

use std::net::IpAddr;

use aedile_kernel::{Fate, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::model::ApiKey;
use super::port::ApiKeys;
use crate::secrets::Secret;

/// Knows API keys when they are shown, over a store it does not name. It asks the store each time, so a key that was revoked
/// is refused from the next request on.
#[async_trait]
pub trait RecognizesApiKeys: Send + Sync {
    /// The key, shown from `address`; `None` when it is unknown.
    ///
    /// # Errors
    /// As [`ApiKey::admit`], or if the store fails.
    async fn recognize(&self, key: &str, address: Option<IpAddr>) -> Result<Option<ApiKey>>;

    /// Notes that a key was used from `address`; see [`ApiKey::is_to_be_noted_at`].
    ///
    /// # Errors
    /// If the store fails.
    async fn note_use(&self, key: &ApiKey, address: Option<IpAddr>) -> Result<()>;
}

#[async_trait]
impl<S> RecognizesApiKeys for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn ApiKeys>,
{
    async fn recognize(&self, key: &str, address: Option<IpAddr>) -> Result<Option<ApiKey>> {
        let Some(secret) = Secret::parse(ApiKey::PREFIX, key) else { return Ok(None) };
        let hash = secret.hash();
        let found = self.store().read(move |connection| connection.view().find_by_hash(&hash)).await?;
        if let Some(key) = &found {
            key.admit(self.now(), address)?;
        }
        Ok(found)
    }

    async fn note_use(&self, key: &ApiKey, address: Option<IpAddr>) -> Result<()> {
        let (id, now) = (key.id, self.now());
        self.store().write(Fate::Commit, move |connection| connection.view().set_used(id, address, now)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aedile_kernel::mock::{self, MockStore, SeededEntropy};
    use aedile_kernel::{Epochs, Error};

    use super::super::port::MockApiKeys;
    use super::super::samples::key;
    use super::*;

    fn runner(keys: MockApiKeys) -> Runner<MockStore<dyn ApiKeys>> {
        let keys: Box<dyn ApiKeys> = Box::new(keys);
        mock::runner(MockStore::new(keys), &Arc::new(Epochs::default()))
    }

    #[tokio::test]
    async fn a_key_is_known_by_its_secret_while_it_works() {
        let secret = Secret::generate(ApiKey::PREFIX, &SeededEntropy::default());
        for (kept, works) in [(key(1), true), (ApiKey { disabled: true, ..key(1) }, false)] {
            let (mut keys, hash) = (MockApiKeys::new(), secret.hash());
            keys.expect_find_by_hash().returning(move |asked| Ok((asked == &hash).then(|| kept.clone())));
            let found = runner(keys).recognize(secret.expose(), None).await;
            assert_eq!(matches!(found, Ok(Some(_))), works);
            assert!(works || matches!(found, Err(Error::Unauthenticated(_))), "{found:?}");
        }
    }

    #[tokio::test]
    async fn the_store_is_not_asked_about_what_was_never_drawn() {
        let (mut keys, secret) = (MockApiKeys::new(), Secret::generate(ApiKey::PREFIX, &SeededEntropy::default()));
        keys.expect_find_by_hash().never();
        let runner = runner(keys);
        let mut mistyped = secret.expose().to_owned();
        let last = if mistyped.pop() == Some('0') { '1' } else { '0' };
        mistyped.push(last);
        for text in ["vfc_live_", "vfc_live_nonsense", &mistyped] {
            assert_eq!(runner.recognize(text, None).await.unwrap(), None, "{text}");
        }
    }
}
