//! `api_key.rotate`

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Error, Operation, Operations, Permission,
    ProofNeeded, Result, Timestamp,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::mint::NewApiKey;
use super::model::{ApiKey, ApiKeyId};
use super::port::{ApiKeys, KeyTerms};
use super::{guard, rules};
use crate::secrets::Secret;

/// Replaces a key by one that was drawn before. Entry points generate it and show it once; nobody else can.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateApiKey {
    /// What somebody wants.
    pub wanted: WantedRotation,
    /// What is kept of the new key.
    pub key: NewApiKey,
}

/// Rotates an API key: a new one with the same name, owner, scopes, networks and limit takes its place. Its secret is shown
/// once. The old key goes on working for a grace period. Requires what minting such a key requires.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedRotation {
    /// ID of the API key that is replaced.
    pub id: ApiKeyId,
    /// How long the old key goes on working, in minutes: 0 to 43,200 (30 days); default: 60.
    #[serde(default)]
    pub grace_minutes: Option<u32>,
    /// Expiry of the new key; default: that of the old one.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl WantedRotation {
    const DEFAULT_GRACE_MINUTES: u32 = 60;
    const LONGEST_GRACE_MINUTES: u32 = 30 * 24 * 60;

    /// When the old key ends: after the grace period, and no later than it would have ended.
    fn end_of(&self, old: &ApiKey, now: Timestamp) -> Result<Timestamp> {
        let minutes = self.grace_minutes.unwrap_or(Self::DEFAULT_GRACE_MINUTES);
        if minutes > Self::LONGEST_GRACE_MINUTES {
            let range = format!("must be between 0 and {}", Self::LONGEST_GRACE_MINUTES);
            return Err(Error::invalid("grace_minutes", range));
        }
        let end = now.plus_seconds(i64::from(minutes) * 60);
        Ok(old.expires_at.map_or(end, |own| own.min(end)))
    }
}

impl Operation for RotateApiKey {
    const NAME: &'static str = "api_key.rotate";
    const PERMISSION: Permission = Permission::KeysWrite;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = ApiKey;

    fn resource_id(&self) -> Option<String> {
        Some(self.wanted.id.to_text())
    }
}

impl Command for RotateApiKey {
    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<Change<ApiKey>> {
        let old = keys.lock(self.wanted.id)?.ok_or_else(|| Error::not_found("API key"))?;
        let end = self.wanted.end_of(&old, cx.now)?;
        let expires_at = rules::expiry(self.wanted.expires_at, cx.now)?.or(old.expires_at);
        require_replaceable(&old, cx.now)?;
        guard::may_mint_again(keys, &old, cx)?;
        let new = keys.insert(&self.key, &terms(&old, expires_at), &cx.caller.actor_id, cx.now)?;
        keys.set_replaced(old.id, new.id, end)?;
        let ending = ApiKey { expires_at: Some(end), replaced_by: Some(new.id), ..old.clone() };
        let added = Change::of(Self::RESOURCE, new.id.to_text()).after(&new).as_action("api_key.create");
        Ok(Change::of(Self::RESOURCE, old.id.to_text()).before(&old).after(&ending).and(added).returning(new))
    }
}

fn require_replaceable(old: &ApiKey, now: Timestamp) -> Result<()> {
    old.require_not_ended(now)?;
    match old.replaced_by {
        Some(by) => Err(Error::conflict(format!("this API key was replaced by {}; rotate that one", by.to_text()))),
        None if old.disabled => Err(Error::conflict("this API key is disabled; enable it before you rotate it")),
        None => Ok(()),
    }
}

/// What the old key is made of, for the new one.
fn terms(old: &ApiKey, expires_at: Option<Timestamp>) -> KeyTerms {
    KeyTerms {
        name: old.name.clone(),
        description: old.description.clone(),
        owner_id: old.owner_id.clone(),
        scopes: old.scopes.clone(),
        allowed_networks: old.allowed_networks.clone(),
        requests_per_minute: old.requests_per_minute,
        expires_at,
        rotated_from: Some(old.id),
    }
}

/// Draws a key that replaces another. The secret is nowhere but in the answer.
///
/// # Errors
/// Of the permission, and of [`RotateApiKey`].
pub async fn rotate_api_key(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
    wanted: WantedRotation,
) -> Result<(Secret, ApiKey)> {
    let (secret, key) = NewApiKey::draw(entropy);
    let key = operations.run(caller, RotateApiKey { wanted, key }).await?.output;
    Ok((secret, key))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::PermissionSet;
    use aedile_kernel::mock::{NOW, context_of};
    use serde_json::{Value, json};

    use super::super::network::Network;
    use super::super::port::MockApiKeys;
    use super::super::samples::{drawn, insert, key, owner};
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_micros(NOW)
    }

    fn rotate(old: &ApiKey, wanted: &Value, held: &[Permission], end: i64) -> Result<Change<ApiKey>> {
        let (mut keys, kept) = (MockApiKeys::new(), old.clone());
        keys.expect_lock().returning(move |id| Ok((id == kept.id).then(|| kept.clone())));
        keys.expect_find_owner().returning(|_| Ok(Some(owner(true))));
        insert(&mut keys, 9);
        keys.expect_set_replaced()
            .withf(move |id, by, at| (*id, *by, *at) == (ApiKeyId(1), ApiKeyId(9), now().plus_seconds(end)))
            .returning(|_, _, _| Ok(()));
        let mut input = json!({ "id": 1 });
        input.as_object_mut().unwrap().extend(wanted.as_object().unwrap().clone());
        let wanted = serde_json::from_value(input).map_err(|error| Error::invalid("body", error.to_string()))?;
        RotateApiKey { wanted, key: drawn() }.run(&mut keys, &context_of("user_root", held.iter().copied()))
    }

    fn admin() -> Vec<Permission> {
        PermissionSet::of_admin_flag().iter().collect()
    }

    #[test]
    fn the_new_key_is_like_the_old_one_which_ends_after_its_grace() {
        let old = ApiKey {
            description: Some("Deploys.".into()),
            allowed_networks: vec![Network::parse("192.0.2.0/24").unwrap()],
            requests_per_minute: Some(60),
            last_used_ip: Some("192.0.2.7".into()),
            ..key(1)
        };
        let change = rotate(&old, &json!({}), &admin(), 3600).unwrap();
        let new = change.output();
        let like_old = ApiKey {
            id: new.id,
            key_prefix: new.key_prefix.clone(),
            rotated_from: Some(ApiKeyId(1)),
            last_used_ip: None,
            ..old.clone()
        };
        assert_eq!(new, &like_old);
        let [ended, added] = change.records() else { panic!("two records") };
        assert_eq!((ended.resource_id.as_str(), ended.action), ("key_1", None));
        let shown = json!({ "expires_at": now().plus_seconds(3600), "replaced_by": 9 });
        assert_eq!(ended.new_values, Some(shown), "and nothing else, such as where it was used from");
        assert_eq!((added.resource_id.as_str(), added.action), ("key_9", Some("api_key.create")));
        assert!(!added.new_values.clone().unwrap().to_string().contains("hash"));
    }

    #[test]
    fn the_grace_never_prolongs_a_key() {
        let ends = |seconds| ApiKey { expires_at: Some(now().plus_seconds(seconds)), ..key(1) };
        for (old, grace, end) in [(key(1), 0, 0), (ends(30), 1, 30), (ends(90), 1, 60), (key(1), 43_200, 2_592_000)] {
            let change = rotate(&old, &json!({ "grace_minutes": grace }), &admin(), end).unwrap();
            assert_eq!(change.output().expires_at, old.expires_at, "the new key ends when the old one would have");
        }
        let later = now().plus_seconds(999);
        let change = rotate(&ends(30), &json!({ "expires_at": later }), &admin(), 30).unwrap();
        assert_eq!(change.output().expires_at, Some(later));
    }

    #[test]
    fn c_01_whoever_may_not_mint_it_may_not_rotate_it() {
        let refused = rotate(&key(1), &json!({}), &[Permission::KeysWrite], 3600);
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let held = [Permission::AdminRead, Permission::KeysWrite].into_iter().collect::<PermissionSet>();
        let held: Vec<Permission> = held.with_implied().iter().collect();
        assert!(matches!(rotate(&key(1), &json!({}), &held, 3600), Err(Error::Denied(_))), "a key of another");
    }

    #[test]
    fn a_key_that_is_over_replaced_or_disabled_stays() {
        for (old, said) in [
            (ApiKey { revoked_at: Some(now()), ..key(1) }, "revoked"),
            (ApiKey { expires_at: Some(now()), ..key(1) }, "expired"),
            (ApiKey { replaced_by: Some(ApiKeyId(7)), ..key(1) }, "key_7"),
            (ApiKey { disabled: true, ..key(1) }, "disabled"),
        ] {
            match rotate(&old, &json!({}), &admin(), 3600) {
                Err(Error::Conflict(words)) => assert!(words.contains(said), "{words}"),
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(rotate(&key(2), &json!({}), &admin(), 3600), Err(Error::NotFound(_))));
        for bad in [json!({ "grace_minutes": 43_201 }), json!({ "grace_minutes": -1 }), json!({ "expires_at": now() })]
        {
            assert!(matches!(rotate(&key(1), &bad, &admin(), 3600), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
