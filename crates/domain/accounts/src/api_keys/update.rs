//! `api_key.update`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ApiKey, ApiKeyId};
use super::port::ApiKeys;
use super::{guard, rules};
use crate::patch::nullable;

/// Updates an API key: its name, description, networks and limit, and whether it is disabled; omitted fields stay. Effective
/// from the next request. Requires what minting such a key requires, except to disable it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateApiKey {
    /// ID of the API key.
    pub id: ApiKeyId,
    /// Display name: one line of at most 80 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// Description, at most 500 characters; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<Option<String>>,
    /// Whether the key is disabled. A disabled key is refused until it is enabled again.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// Networks in CIDR notation and single addresses that the key may be used from, at most 20; empty for anywhere.
    #[serde(default)]
    pub allowed_networks: Option<Vec<String>>,
    /// Limit of requests a minute for this key alone, 1 to 100,000; null for none.
    #[serde(default, deserialize_with = "nullable")]
    pub requests_per_minute: Option<Option<u32>>,
}

impl Operation for UpdateApiKey {
    const NAME: &'static str = "api_key.update";
    const PERMISSION: Permission = Permission::KeysWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "api_key.list", key: Some("id") });
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = ApiKey;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_text())
    }
}

impl Command for UpdateApiKey {
    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<Change<ApiKey>> {
        if self.says_nothing() {
            return Err(Error::invalid("input", "at least one field is needed"));
        }
        let before = keys.lock(self.id)?.ok_or_else(|| Error::not_found("API key"))?;
        let after = self.applied_to(&before)?;
        if after == before {
            return Ok(Change::none().returning(before));
        }
        before.require_not_ended(cx.now)?;
        // Whoever may revoke it may disable it.
        if after != (ApiKey { disabled: true, ..before.clone() }) {
            guard::may_mint_again(keys, &before, cx)?;
        }
        keys.update(&after)?;
        Ok(Change::of(Self::RESOURCE, self.id.to_text()).before(&before).after(&after).returning(after))
    }
}

impl UpdateApiKey {
    fn says_nothing(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.disabled.is_none()
            && self.allowed_networks.is_none()
            && self.requests_per_minute.is_none()
    }

    fn applied_to(&self, before: &ApiKey) -> Result<ApiKey> {
        let mut key = before.clone();
        if let Some(name) = &self.name {
            key.name = rules::name(name)?;
        }
        if let Some(description) = &self.description {
            key.description = rules::description(description.as_deref())?;
        }
        if let Some(networks) = &self.allowed_networks {
            key.allowed_networks = rules::networks(networks)?;
        }
        if let Some(per_minute) = self.requests_per_minute {
            key.requests_per_minute = rules::rate(per_minute)?;
        }
        key.disabled = self.disabled.unwrap_or(key.disabled);
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{PermissionSet, Timestamp};
    use serde_json::{Value, json};

    use super::super::port::MockApiKeys;
    use super::super::samples::{key, owner};
    use super::*;

    fn update(key: &ApiKey, changes: &Value, held: &[Permission], may_own_keys: bool) -> Result<Change<ApiKey>> {
        let (mut keys, kept) = (MockApiKeys::new(), key.clone());
        keys.expect_lock().returning(move |id| Ok((id == kept.id).then(|| kept.clone())));
        keys.expect_find_owner().returning(move |_| Ok(Some(owner(may_own_keys))));
        keys.expect_update().returning(|_| Ok(()));
        let mut input = json!({ "id": 1 });
        input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let operation: UpdateApiKey =
            serde_json::from_value(input).map_err(|error| Error::invalid("body", error.to_string()))?;
        operation.run(&mut keys, &context_of("user_root", held.iter().copied()))
    }

    fn admin() -> Vec<Permission> {
        PermissionSet::of_admin_flag().iter().collect()
    }

    #[test]
    fn what_is_left_out_stays_and_null_clears() {
        let all = json!({
            "name": " ci ", "description": "Deploys.", "disabled": true,
            "allowed_networks": ["192.0.2.0/24", "192.0.2.0/24", " 2001:db8::1 "], "requests_per_minute": 60,
        });
        let change = update(&key(1), &all, &admin(), true).unwrap();
        let changed = change.output();
        assert_eq!((changed.name.as_str(), changed.description.as_deref()), ("ci", Some("Deploys.")));
        assert_eq!((changed.disabled, changed.requests_per_minute), (true, Some(60)));
        let networks: Vec<String> = changed.allowed_networks.iter().map(ToString::to_string).collect();
        assert_eq!(networks, ["192.0.2.0/24", "2001:db8::1"]);
        assert_eq!(change.records()[0].resource_id, "key_1");
        let cleared = json!({ "description": null, "allowed_networks": [], "requests_per_minute": null });
        let cleared = update(changed, &cleared, &admin(), true).unwrap();
        assert_eq!(cleared.output(), &ApiKey { name: "ci".into(), disabled: true, ..key(1) });
    }

    #[test]
    fn the_same_is_no_change() {
        let same = json!({ "name": "deploy-bot", "disabled": false, "allowed_networks": [], "description": " " });
        assert!(update(&key(1), &same, &admin(), true).unwrap().records().is_empty());
    }

    #[test]
    fn c_01_who_may_not_mint_such_a_key_may_only_disable_it() {
        let disabled = ApiKey { disabled: true, ..key(1) };
        for (held, may_own_keys) in [(&[Permission::KeysWrite][..], true), (&admin(), false)] {
            assert!(update(&key(1), &json!({ "disabled": true }), held, may_own_keys).is_ok());
            for (key, changes) in [
                (&disabled, json!({ "disabled": false })),
                (&key(1), json!({ "name": "mine" })),
                (&key(1), json!({ "disabled": true, "name": "mine" })),
                (&key(1), json!({ "allowed_networks": ["192.0.2.7"] })),
                (&key(1), json!({ "requests_per_minute": 100_000 })),
            ] {
                let refused = update(key, &changes, held, may_own_keys);
                assert!(matches!(refused, Err(Error::Forbidden(_))), "{changes}: {refused:?}");
            }
        }
        let own_scopes = [Permission::AdminRead, Permission::KeysWrite];
        let reader: Vec<Permission> = own_scopes.into_iter().collect::<PermissionSet>().with_implied().iter().collect();
        let of_another = update(&disabled, &json!({ "disabled": false }), &reader, true);
        assert!(matches!(of_another, Err(Error::Denied(_))), "it reads what is another's");
    }

    #[test]
    fn a_key_that_has_ended_stays_as_it_is() {
        let now = Timestamp::from_micros(NOW);
        for ended in [ApiKey { revoked_at: Some(now), ..key(1) }, ApiKey { expires_at: Some(now), ..key(1) }] {
            let refused = update(&ended, &json!({ "name": "again" }), &admin(), true);
            assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        }
        assert!(matches!(update(&key(2), &json!({ "name": "x" }), &admin(), true), Err(Error::NotFound(_))));
    }

    #[test]
    fn what_no_key_can_be_is_refused() {
        let many: Vec<String> = (0..21).map(|n| format!("192.0.2.{n}")).collect();
        for bad in [
            json!({}),
            json!({ "name": "" }),
            json!({ "name": null, "scopes": ["admin:write"] }),
            json!({ "description": "x".repeat(501) }),
            json!({ "allowed_networks": ["192.0.2.1/24"] }),
            json!({ "allowed_networks": ["example.com"] }),
            json!({ "allowed_networks": many }),
            json!({ "requests_per_minute": 0 }),
            json!({ "requests_per_minute": 100_001 }),
            json!({ "requests_per_minute": -1 }),
        ] {
            let refused = update(&key(1), &bad, &admin(), true);
            assert!(matches!(refused, Err(Error::Invalid(_))), "{bad}: {refused:?}");
        }
    }
}
