//! `api_key.verify`

use std::net::IpAddr;

use aedile_kernel::{
    Admits, Authority, Context, Effect, Error, Operation, Permission, Query, Result, Rights, Timestamp, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::ApiKey;
use super::port::ApiKeys;
use super::verdict::KeyVerdict;
use crate::secrets::ShownSecret;

/// Verifies an API key that somebody showed to another service, and tells for whom it acts and with which scopes. Doesn't
/// count as a use of the key.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyApiKey {
    /// The API key as it was shown.
    pub key: ShownSecret,
    /// IPv4 or IPv6 address that it was shown from. Without one, a key that is limited to networks is not valid.
    #[serde(default)]
    pub address: Option<String>,
}

/// Whether a key is valid. Of an unknown key nothing else is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerifiedApiKey {
    /// Whether the key works now.
    pub valid: bool,
    /// Why it does, or does not.
    pub code: KeyVerdict,
    /// ID of the key.
    pub key_id: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// For whom it acts.
    pub owner_id: Option<UserId>,
    /// Scopes that count now: those of the key that its owner may use. None of a key that is not valid.
    pub scopes: Vec<Permission>,
    /// Expiry; never when null.
    pub expires_at: Option<Timestamp>,
}

impl Operation for VerifyApiKey {
    const NAME: &'static str = "api_key.verify";
    const PERMISSION: Permission = Permission::KeysRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = VerifiedApiKey;
}

impl Query for VerifyApiKey {
    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<VerifiedApiKey> {
        let address = self.address.as_deref().map(address).transpose()?;
        let Some(secret) = self.key.parse(ApiKey::PREFIX) else { return Ok(VerifiedApiKey::UNKNOWN) };
        let Some(key) = keys.find_by_hash(&secret.hash())? else { return Ok(VerifiedApiKey::UNKNOWN) };
        let scopes = match key.verdict(cx.now, address) {
            KeyVerdict::Valid => counting(&key, keys.find_key_rights(&key, cx.now)?),
            refused => return Ok(VerifiedApiKey::of(key, refused, Vec::new())),
        };
        let code = if scopes.is_empty() { KeyVerdict::OwnerMayNot } else { KeyVerdict::Valid };
        Ok(VerifiedApiKey::of(key, code, scopes))
    }
}

fn address(text: &str) -> Result<IpAddr> {
    let invalid = |_| Error::invalid("address", "must be an IPv4 or IPv6 address, such as 203.0.113.7");
    text.trim().parse().map_err(invalid)
}

/// The scopes that the owner may use now. An account that is about to be deleted only reads.
fn counting(key: &ApiKey, rights: Option<Rights>) -> Vec<Permission> {
    let Some(Rights { permissions, state, .. }) = rights else { return Vec::new() };
    let admits = |effect| state.admit(Admits::InUse, effect).is_ok();
    let (may_read, may_write) = (admits(Effect::Read), admits(Effect::Write));
    let counts = |scope: &Permission| permissions.contains(*scope) && (may_write || may_read && scope.only_reads());
    key.scopes.iter().copied().filter(counts).collect()
}

impl VerifiedApiKey {
    const UNKNOWN: Self = Self {
        valid: false,
        code: KeyVerdict::Unknown,
        key_id: None,
        name: None,
        owner_id: None,
        scopes: Vec::new(),
        expires_at: None,
    };

    fn of(key: ApiKey, code: KeyVerdict, scopes: Vec<Permission>) -> Self {
        Self {
            valid: code == KeyVerdict::Valid,
            code,
            key_id: Some(key.id.to_text()),
            name: Some(key.name),
            owner_id: Some(key.owner_id),
            scopes,
            expires_at: key.expires_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, SeededEntropy, context_of};
    use aedile_kernel::{AccountState, AccountStatus, Assurance, PermissionSet};
    use serde_json::json;

    use super::super::network::Network;
    use super::super::port::MockApiKeys;
    use super::super::samples;
    use super::*;
    use crate::secrets::Secret;

    const ACTIVE: AccountState = AccountState::IN_USE;

    fn key() -> ApiKey {
        ApiKey { scopes: vec![Permission::AdminRead, Permission::BillingGrant], ..samples::key(1) }
    }

    fn verify(kept: &ApiKey, shown: &str, address: Option<&str>, rights: Option<Rights>) -> Result<VerifiedApiKey> {
        let secret = Secret::generate(ApiKey::PREFIX, &SeededEntropy::default());
        let (mut keys, kept, hash) = (MockApiKeys::new(), kept.clone(), secret.hash());
        keys.expect_find_by_hash().returning(move |asked| Ok((asked == &hash).then(|| kept.clone())));
        keys.expect_find_key_rights().returning(move |_, _| Ok(rights));
        let shown = if shown.is_empty() { secret.expose() } else { shown };
        let operation: VerifyApiKey = serde_json::from_value(json!({ "key": shown, "address": address })).unwrap();
        assert!(!format!("{operation:?}").contains(secret.expose()));
        operation.run(&mut keys, &context_of("user_root", []))
    }

    fn rights(permissions: &[Permission], state: AccountState) -> Option<Rights> {
        Some(Rights { permissions: permissions.iter().copied().collect(), state, assurance: Assurance::NotAsked })
    }

    #[test]
    fn a_valid_key_has_the_scopes_that_its_owner_may_use() {
        let all = Some(Rights { permissions: PermissionSet::all(), state: ACTIVE, assurance: Assurance::NotAsked });
        let valid = verify(&key(), "", None, all).unwrap();
        assert!(valid.valid && valid.code == KeyVerdict::Valid);
        assert_eq!((valid.key_id.as_deref(), valid.scopes), (Some("key_1"), key().scopes));
        let leaving = AccountState { status: AccountStatus::PendingDeletion, ..ACTIVE };
        let held = AccountState { status: AccountStatus::Held, ..ACTIVE };
        let off = AccountState { api_disabled: true, ..ACTIVE };
        for (rights, scopes) in [
            (rights(&[Permission::AdminRead], ACTIVE), vec![Permission::AdminRead]),
            (rights(&key().scopes, leaving), vec![Permission::AdminRead]),
            (rights(&[Permission::BillingGrant], leaving), vec![]),
            (rights(&[Permission::UserWrite], ACTIVE), vec![]),
            (rights(&key().scopes, held), vec![]),
            (rights(&key().scopes, off), vec![]),
            (None, vec![]),
        ] {
            let found = verify(&key(), "", None, rights).unwrap();
            let code = if scopes.is_empty() { KeyVerdict::OwnerMayNot } else { KeyVerdict::Valid };
            assert_eq!((found.code, found.valid, found.scopes), (code, !scopes.is_empty(), scopes));
        }
    }

    #[test]
    fn of_an_unknown_key_nothing_is_told() {
        let other = Secret::generate(ApiKey::PREFIX, &SeededEntropy::default());
        let other = other.expose().replace(&other.expose()[20..22], "~~");
        for unknown in ["vfc_live_x", "nonsense", &other] {
            let found = verify(&key(), unknown, None, rights(&key().scopes, ACTIVE)).unwrap();
            assert_eq!(found, VerifiedApiKey::UNKNOWN, "{unknown}");
        }
    }

    #[test]
    fn a_key_that_does_not_work_says_why() {
        let now = Timestamp::from_micros(NOW);
        let networks = vec![Network::parse("192.0.2.0/24").unwrap()];
        let limited = ApiKey { allowed_networks: networks, ..key() };
        for (key, address, code) in [
            (ApiKey { revoked_at: Some(now), ..key() }, None, KeyVerdict::Revoked),
            (ApiKey { expires_at: Some(now), ..key() }, None, KeyVerdict::Expired),
            (ApiKey { disabled: true, ..key() }, None, KeyVerdict::Disabled),
            (limited.clone(), None, KeyVerdict::AddressNotAllowed),
            (limited.clone(), Some("198.51.100.7"), KeyVerdict::AddressNotAllowed),
            (limited, Some("::ffff:192.0.2.9"), KeyVerdict::Valid),
        ] {
            let found = verify(&key, "", address, rights(&key.scopes, ACTIVE)).unwrap();
            assert_eq!(found.code, code, "{address:?}");
            assert_eq!(found.scopes.is_empty(), code != KeyVerdict::Valid);
        }
        let bad = verify(&key(), "", Some("here"), None);
        assert!(matches!(bad, Err(Error::Invalid(_))), "{bad:?}");
    }
}
