//! Whose token a request came with.

use aedile_kernel::{Fate, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::model::CliToken;
use super::port::CliTokens;
use crate::secrets::Secret;

/// Knows tokens of the command line when they are shown, over a store it does not name. It asks the store each time, so
/// a token that was revoked is refused from the next request on.
#[async_trait]
pub trait RecognizesCliTokens: Send + Sync {
    /// The token, `None` when it is unknown, revoked or over.
    ///
    /// # Errors
    /// If the store fails.
    async fn recognize(&self, token: &str) -> Result<Option<CliToken>>;

    /// Notes that a token was used; see [`CliToken::is_to_be_noted_at`].
    ///
    /// # Errors
    /// If the store fails.
    async fn note_use(&self, token: &CliToken) -> Result<()>;
}

#[async_trait]
impl<S> RecognizesCliTokens for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn CliTokens>,
{
    async fn recognize(&self, token: &str) -> Result<Option<CliToken>> {
        let Some(secret) = Secret::parse(CliToken::PREFIX, token) else { return Ok(None) };
        let hash = secret.hash();
        let found = self.store().read(move |connection| connection.view().find_by_hash(&hash)).await?;
        Ok(found.filter(|token| token.is_good_at(self.now())))
    }

    async fn note_use(&self, token: &CliToken) -> Result<()> {
        let (id, now) = (token.id, self.now());
        self.store().write(Fate::Commit, move |connection| connection.view().set_used(id, now)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aedile_kernel::mock::{self, MockStore, NOW, SeededEntropy};
    use aedile_kernel::{Epochs, Timestamp};

    use super::super::port::MockCliTokens;
    use super::super::samples::token;
    use super::*;

    fn runner(kept: CliToken, secret: &Secret) -> Runner<MockStore<dyn CliTokens>> {
        let (mut tokens, hash) = (MockCliTokens::new(), secret.hash());
        tokens.expect_find_by_hash().returning(move |asked| Ok((asked == &hash).then(|| kept.clone())));
        let tokens: Box<dyn CliTokens> = Box::new(tokens);
        mock::runner(MockStore::new(tokens), &Arc::new(Epochs::default()))
    }

    #[tokio::test]
    async fn c_21_a_token_is_known_until_its_last_second() {
        let entropy = SeededEntropy::default();
        let (secret, other) =
            (Secret::generate(CliToken::PREFIX, &entropy), Secret::generate(CliToken::PREFIX, &entropy));
        for (age, works) in [(0, true), (CliToken::LIFETIME_SECONDS - 1, true), (CliToken::LIFETIME_SECONDS, false)] {
            let runner = runner(token(1, age), &secret);
            assert_eq!(runner.recognize(secret.expose()).await.unwrap().is_some(), works, "{age}");
            assert!(runner.recognize(other.expose()).await.unwrap().is_none());
            assert!(runner.recognize("aed_cli_nonsense").await.unwrap().is_none());
        }
    }

    #[test]
    fn uses_are_noted_once_a_minute() {
        let now = Timestamp::from_micros(NOW);
        for (last, is_noted) in [(None, true), (Some(0), false), (Some(-59), false), (Some(-60), true)] {
            let used = CliToken { last_used_at: last.map(|seconds| now.plus_seconds(seconds)), ..token(1, 0) };
            assert_eq!(used.is_to_be_noted_at(now), is_noted, "{last:?}");
        }
    }
}
