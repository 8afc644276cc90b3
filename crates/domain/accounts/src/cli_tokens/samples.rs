//! Tokens and owners for tests of rules.

use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{AccountStatus, Timestamp, UserId};

use super::model::{CliToken, CliTokenId, NewCliToken, Owner, TokenProof};
use super::port::MockCliTokens;

pub(crate) const IN_USE: Owner = Owner { status: AccountStatus::Active, api_disabled: false };

pub(crate) fn id(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(crate) fn new_token() -> NewCliToken {
    NewCliToken::generate(&SeededEntropy::default()).1
}

/// A token of `ada` that was made so many seconds before the present.
pub(crate) fn token(number: i64, age_seconds: i64) -> CliToken {
    let created_at = Timestamp::from_micros(NOW).plus_seconds(-age_seconds);
    CliToken {
        id: CliTokenId(number),
        user_id: id("ada"),
        token_prefix: "aed_cli_abcdef".into(),
        created_at,
        expires_at: created_at.plus_seconds(CliToken::LIFETIME_SECONDS),
        last_used_at: None,
        proof: TokenProof { proved_at: created_at, has_second_factor: false },
    }
}

/// A store of an owner and their token; a new one gets the number 2.
pub(crate) fn tokens(owner: Option<Owner>, current: Option<CliToken>) -> MockCliTokens {
    let mut tokens = MockCliTokens::new();
    tokens.expect_lock_owner().returning(move |_| Ok(owner));
    tokens.expect_find_current().returning(move |_| Ok(current.clone()));
    tokens.expect_insert_token().returning(|user, new, proof, created_at, expires_at| {
        let (user_id, token_prefix) = (user.clone(), new.token_prefix.clone());
        Ok(CliToken { id: CliTokenId(2), user_id, token_prefix, created_at, expires_at, last_used_at: None, proof })
    });
    tokens
}
