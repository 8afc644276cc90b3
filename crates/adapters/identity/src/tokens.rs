//! Every kind of token behind one verifier.

use std::sync::Arc;
use std::time::Duration;

use aedile_accounts::{TokenVerifier, VerifiedToken};
use aedile_kernel::{Clock, Result, Timestamp};
use async_trait::async_trait;
use aws_lc_rs::digest;
use moka::sync::Cache;

use crate::jwt::{self, Parts, Verified, bad};
use crate::local::LocalTokens;
use crate::provider::ProviderTokens;

const REMEMBERED_TOKENS: u64 = 10_000;
/// How long a signature is trusted without looking at the key again.
const REMEMBERED_SECONDS: u64 = 60;

/// Verifies local tokens and those of the identity provider. What was verified is remembered for a minute under the
/// token's hash, so that most requests cost one hash.
pub struct Tokens {
    provider: Option<ProviderTokens>,
    local: Option<LocalTokens>,
    clock: Arc<dyn Clock>,
    remembered: Cache<[u8; 32], Arc<Remembered>>,
}

struct Remembered {
    verified: Verified,
    since: Timestamp,
}

impl Tokens {
    /// Verifies what is set up here; tokens of anybody else are bad.
    pub fn new(provider: Option<ProviderTokens>, local: Option<LocalTokens>, clock: Arc<dyn Clock>) -> Self {
        let remembered = Cache::builder()
            .max_capacity(REMEMBERED_TOKENS)
            .time_to_live(Duration::from_secs(REMEMBERED_SECONDS))
            .build();
        Self { provider, local, clock, remembered }
    }

    /// The `alg` of a token says whom to ask, and nothing more: each knows one list of algorithms and keys of its own.
    async fn verify_afresh(&self, token: &str) -> Result<Verified> {
        let parts = Parts::of(token)?;
        match (parts.header.alg.as_str(), &self.local, &self.provider) {
            ("HS256", Some(local), _) => local.verify(&parts),
            ("RS256" | "ES256", _, Some(provider)) => provider.verify(&parts).await,
            _ => Err(bad()),
        }
    }

    fn recall(&self, hash: &[u8; 32], now: Timestamp) -> Option<Arc<Remembered>> {
        let remembered = self.remembered.get(hash)?;
        let age = now.as_seconds().abs_diff(remembered.since.as_seconds());
        (age < REMEMBERED_SECONDS).then_some(remembered)
    }
}

#[async_trait]
impl TokenVerifier for Tokens {
    async fn verify(&self, token: &str) -> Result<VerifiedToken> {
        if token.len() > jwt::MAX_LENGTH {
            return Err(bad());
        }
        let hash = hash_of(token)?;
        let now = self.clock.now();
        if let Some(remembered) = self.recall(&hash, now) {
            remembered.verified.window.judge(now)?;
            return Ok(remembered.verified.token.clone());
        }
        let verified = self.verify_afresh(token).await?;
        verified.window.judge(now)?;
        let answer = verified.token.clone();
        self.remembered.insert(hash, Arc::new(Remembered { verified, since: now }));
        Ok(answer)
    }
}

fn hash_of(token: &str) -> Result<[u8; 32]> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().try_into().map_err(aedile_kernel::Error::internal)
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("provider", &self.provider).field("local", &self.local).finish_non_exhaustive()
    }
}
