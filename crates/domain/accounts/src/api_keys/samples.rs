//! Keys for tests.

use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{Permission, Timestamp, UserId};

use super::mint::NewApiKey;
use super::model::{ApiKey, ApiKeyId, KeyOwner};
use super::port::{KeyTerms, MockApiKeys};
use crate::secrets::Secret;

/// A key of `user_ops` that may read and works everywhere.
pub(super) fn key(id: i64) -> ApiKey {
    ApiKey {
        id: ApiKeyId(id),
        name: "deploy-bot".into(),
        description: None,
        key_prefix: "vfc_live_abcdef".into(),
        owner_id: UserId::parse("user_ops").unwrap(),
        owner_email: None,
        scopes: vec![Permission::AdminRead],
        allowed_networks: Vec::new(),
        requests_per_minute: None,
        disabled: false,
        expires_at: None,
        last_used_at: None,
        last_used_ip: None,
        revoked_at: None,
        rotated_from: None,
        replaced_by: None,
        created_by: "user_root".into(),
        created_at: Timestamp::from_micros(NOW),
    }
}

/// What is kept of a key that was drawn.
pub(super) fn drawn() -> NewApiKey {
    let secret = Secret::generate(ApiKey::PREFIX, &SeededEntropy::default());
    NewApiKey { key_hash: secret.hash(), key_prefix: secret.prefix() }
}

/// `user_ops`, who may own keys or not.
pub(super) fn owner(may_own_keys: bool) -> KeyOwner {
    KeyOwner { user_id: key(1).owner_id, may_own_keys }
}

/// Adds the key `id` when one is added.
pub(super) fn insert(keys: &mut MockApiKeys, id: i64) {
    keys.expect_insert().returning(move |secret, terms: &KeyTerms, by, now| {
        Ok(ApiKey {
            name: terms.name.clone(),
            description: terms.description.clone(),
            key_prefix: secret.key_prefix.clone(),
            owner_id: terms.owner_id.clone(),
            scopes: terms.scopes.clone(),
            allowed_networks: terms.allowed_networks.clone(),
            requests_per_minute: terms.requests_per_minute,
            expires_at: terms.expires_at,
            rotated_from: terms.rotated_from,
            created_by: by.into(),
            created_at: now,
            ..key(id)
        })
    });
}
