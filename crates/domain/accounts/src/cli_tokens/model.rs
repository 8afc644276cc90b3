//! A token of the command line, as far as it may be known.

use aedile_kernel::{AccountStatus, Context, Entropy, Error, Result, Timestamp, UserId, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::secrets::{Secret, SecretHash};

aedile_kernel::numeric_id! {
    /// A token's number.
    CliTokenId
}

/// A token of the command line. What it looks like, only its owner knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CliToken {
    /// Its number.
    pub id: CliTokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its first characters, by which its owner knows it again.
    pub token_prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// How its owner proved who they are.
    #[serde(flatten)]
    pub proof: TokenProof,
}

/// How the owner of a token proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenProof {
    /// When they last did.
    pub proved_at: Timestamp,
    /// Whether a second factor was among it.
    pub has_second_factor: bool,
}

impl TokenProof {
    /// The proof of a caller who makes a token. The token proves no more than the sign-in it is made with.
    #[must_use]
    pub fn of(cx: &Context) -> Self {
        let proof = cx.caller.assurance.person();
        Self {
            proved_at: proof.map_or(cx.now, |proof| proof.proved_at),
            has_second_factor: proof.is_some_and(|proof| proof.has_second_factor),
        }
    }
}

impl CliToken {
    /// What every such token begins with.
    pub const PREFIX: &'static str = "aed_cli_";
    /// How long one is good: 90 days.
    pub const LIFETIME_SECONDS: i64 = 90 * 24 * 60 * 60;
    /// Uses closer together than this are noted once.
    const NOTED_EVERY_SECONDS: i64 = 60;

    /// Whether a credential claims to be such a token.
    #[must_use]
    pub fn is_meant_by(credential: &str) -> bool {
        credential.starts_with(Self::PREFIX)
    }

    /// Whether it still works at `now`.
    #[must_use]
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// Whether its use at `now` is to be noted.
    #[must_use]
    pub fn is_to_be_noted_at(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| last.plus_seconds(Self::NOTED_EVERY_SECONDS) <= now)
    }
}

/// A token that was drawn, without the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCliToken {
    /// The SHA-256 of the token, in hexadecimal.
    pub token_hash: SecretHash,
    /// The token's first characters.
    pub token_prefix: String,
}

impl NewCliToken {
    /// The most characters of a prefix.
    const MAX_PREFIX: usize = 32;

    /// Draws a token: the secret is for its owner, the rest for the store.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> (Secret, Self) {
        let secret = Secret::generate(CliToken::PREFIX, entropy);
        let new = Self { token_hash: secret.hash(), token_prefix: secret.prefix() };
        (secret, new)
    }

    /// The token, if it says of itself what may be kept.
    pub(super) fn checked(&self) -> Result<Self> {
        let token_prefix = text::line("token_prefix", &self.token_prefix, Self::MAX_PREFIX)?;
        Ok(Self { token_hash: self.token_hash.clone(), token_prefix })
    }
}

/// Where somebody stands who is to get a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The state of their account.
    pub status: AccountStatus,
    /// Whether they are kept from every API.
    pub api_disabled: bool,
}

impl Owner {
    /// Refuses whose account is not in use.
    pub(super) fn in_use(self) -> Result<()> {
        if self.status == AccountStatus::Active && !self.api_disabled {
            Ok(())
        } else {
            Err(Error::forbidden("this account is not in use"))
        }
    }
}
