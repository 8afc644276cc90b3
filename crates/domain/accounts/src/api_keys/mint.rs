//! `api_key.create`

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Error, Event, Operation, Operations, Permission,
    ProofNeeded, Result, Timestamp, WidenedRights, email,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ApiKey, KeyOwner};
use super::port::{ApiKeys, KeyTerms};
use super::{guard, rules};
use crate::secrets::{Secret, SecretHash};

/// Makes a key that was drawn before. Entry points generate it and show it once; nobody else can.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MintApiKey {
    /// What somebody wants.
    pub wanted: WantedApiKey,
    /// What is kept of the key.
    pub key: NewApiKey,
}

/// A key as somebody asks for one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedApiKey {
    /// Display name: one line of at most 80 characters.
    pub name: String,
    /// Verified e-mail address of the admin or owner for whom the key acts; default: you. Somebody else's needs all that the
    /// flag `is_admin` permits.
    #[serde(default)]
    pub owner_email: Option<String>,
    /// What it may do: `admin:read`, `admin:write`, or permissions that these imply, such as `billing:read`, `vouchers:write`,
    /// or `user:write` for spending and redeeming alone. Nobody gives what they lack.
    pub scopes: Vec<Permission>,
    /// Expiry; never when omitted.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Description, at most 500 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<String>,
    /// Networks in CIDR notation and single addresses that the key may be used from, at most 20; default: anywhere.
    #[serde(default)]
    pub allowed_networks: Vec<String>,
    /// Limit of requests a minute for this key alone, 1 to 100,000; default: none.
    #[serde(default)]
    pub requests_per_minute: Option<u32>,
}

/// A key that was drawn, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// The SHA-256 of the key, in hexadecimal.
    pub key_hash: SecretHash,
    /// The key's first characters.
    pub key_prefix: String,
}

impl NewApiKey {
    /// Draws a key.
    pub(super) fn draw(entropy: &dyn Entropy) -> (Secret, Self) {
        let secret = Secret::generate(ApiKey::PREFIX, entropy);
        let kept = Self { key_hash: secret.hash(), key_prefix: secret.prefix() };
        (secret, kept)
    }
}

impl Operation for MintApiKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission = Permission::KeysWrite;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = ApiKey;
}

impl Command for MintApiKey {
    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<Change<ApiKey>> {
        let wanted = &self.wanted;
        let (name, scopes) = (rules::name(&wanted.name)?, rules::scopes(&wanted.scopes)?);
        guard::may_give(&scopes, cx)?;
        let description = rules::description(wanted.description.as_deref())?;
        let allowed_networks = rules::networks(&wanted.allowed_networks)?;
        let requests_per_minute = rules::rate(wanted.requests_per_minute)?;
        let expires_at = rules::expiry(wanted.expires_at, cx.now)?;
        let owner = owner(keys, wanted.owner_email.as_deref(), cx)?;
        guard::may_act_for(&owner, cx)?;
        let (owner_id, rotated_from) = (owner.user_id, None);
        let terms = KeyTerms {
            name,
            description,
            owner_id,
            scopes,
            allowed_networks,
            requests_per_minute,
            expires_at,
            rotated_from,
        };
        let key = keys.insert(&self.key, &terms, &cx.caller.actor_id, cx.now)?;
        let change = Change::of(Self::RESOURCE, key.id.to_text()).after(&key);
        let opens_admin_areas = key.scopes.iter().any(|scope| scope.is_administrative());
        let widened = WidenedRights::AdminKeyMade { key: key.id.to_text(), owner: key.owner_id.clone() };
        let change = if opens_admin_areas { change.emit(Event::RightsWidened(widened)) } else { change };
        Ok(change.returning(key))
    }
}

fn owner(keys: &mut dyn ApiKeys, email: Option<&str>, cx: &Context) -> Result<KeyOwner> {
    let unknown = || Error::not_found("User");
    let Some(email) = email else {
        let user = cx.caller.user_id.as_ref();
        let user = user.ok_or_else(|| Error::invalid("owner_email", "is needed: the admin key owns nothing itself"))?;
        return keys.find_owner(user)?.ok_or_else(unknown);
    };
    let mut owners = keys.find_owners_by_email(&email::canonical("owner_email", email)?)?;
    match (owners.pop(), owners.is_empty()) {
        (Some(owner), true) => Ok(owner),
        (Some(_), false) => Err(Error::conflict("several users have this e-mail address")),
        (None, _) => Err(Error::not_found("User with this verified e-mail address")),
    }
}

/// Draws a key and makes it the owner's. The secret is nowhere but in the answer.
///
/// # Errors
/// Of the permission, and of [`MintApiKey`].
pub async fn mint_api_key(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
    wanted: WantedApiKey,
) -> Result<(Secret, ApiKey)> {
    let (secret, key) = NewApiKey::draw(entropy);
    let key = operations.run(caller, MintApiKey { wanted, key }).await?.output;
    Ok((secret, key))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{PermissionSet, UserId};
    use serde_json::{Value, json};

    use super::super::port::MockApiKeys;
    use super::super::samples::{drawn, insert, owner as owner_of};
    use super::*;

    fn mint(wanted: Value, held: &[Permission], owners: Vec<KeyOwner>) -> Result<Change<ApiKey>> {
        let mut keys = MockApiKeys::new();
        let own = owners.first().cloned();
        keys.expect_find_owner().returning(move |_| Ok(own.clone()));
        keys.expect_find_owners_by_email().withf(|e| e == "ops@example.com").returning(move |_| Ok(owners.clone()));
        insert(&mut keys, 1);
        let wanted = serde_json::from_value(wanted).map_err(|error| Error::invalid("body", error.to_string()))?;
        MintApiKey { wanted, key: drawn() }.run(&mut keys, &context_of("user_root", held.iter().copied()))
    }

    const BOTH: [Permission; 2] = [Permission::AdminRead, Permission::AdminWrite];

    /// What an admin holds.
    fn admin() -> Vec<Permission> {
        PermissionSet::of_admin_flag().iter().collect()
    }

    #[test]
    fn a_key_acts_for_its_owner_within_its_scopes() {
        let wanted = json!({ "name": "deploy-bot", "owner_email": "Ops@Example.com", "scopes": ["admin:write", "admin:read", "admin:read"] });
        let change = mint(wanted, &admin(), vec![owner_of(true)]).unwrap();
        assert_eq!(
            (change.output().owner_id.as_str(), change.output().scopes.as_slice()),
            ("user_ops", BOTH.as_slice())
        );
        assert_eq!(change.records()[0].resource_id, "key_1");
        let row = change.records()[0].new_values.clone().unwrap().to_string();
        assert!(!row.contains("hash"), "{row}");
    }

    #[test]
    fn a_key_is_limited_from_its_first_moment() {
        let limits = json!({
            "name": "a", "scopes": ["admin:read"], "description": "Deploys.",
            "allowed_networks": ["192.0.2.0/24"], "requests_per_minute": 60,
        });
        let change = mint(limits, &admin(), vec![owner_of(true)]).unwrap();
        let key = change.output();
        assert_eq!((key.description.as_deref(), key.requests_per_minute), (Some("Deploys."), Some(60)));
        assert_eq!(key.allowed_networks[0].to_string(), "192.0.2.0/24");
    }

    #[test]
    fn c_15_nobody_gives_what_they_lack_or_to_whom_may_not_own() {
        let wanted = |scope: &str| json!({ "name": "a", "scopes": [scope] });
        let clerk = [Permission::AdminRead, Permission::AdminWrite, Permission::KeysWrite, Permission::VouchersRead];
        let own = KeyOwner { user_id: UserId::parse("user_root").unwrap(), may_own_keys: true };
        for scope in ["admin:read", "admin:write", "vouchers:write"] {
            let refused = mint(wanted(scope), &clerk, vec![own.clone()]);
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{scope} implies, or is, what the clerk lacks");
        }
        assert!(mint(wanted("vouchers:read"), &clerk, vec![own]).is_ok());
        let of_another = mint(wanted("vouchers:read"), &clerk, vec![owner_of(true)]);
        assert!(matches!(of_another, Err(Error::Denied(_))), "it would read what is another's");
        assert!(matches!(mint(wanted("admin:read"), &admin(), vec![owner_of(false)]), Err(Error::Forbidden(_))));
        assert!(matches!(mint(wanted("admin:read"), &admin(), vec![]), Err(Error::NotFound(_))));
    }

    #[test]
    fn what_makes_no_key_is_refused() {
        for bad in [
            json!({ "name": "", "scopes": ["admin:read"] }),
            json!({ "name": "a", "scopes": [] }),
            json!({ "name": "a", "scopes": ["flags:read"] }),
            json!({ "name": "a", "scopes": ["everything"] }),
            json!({ "name": "a", "scopes": ["admin:read"], "owner_email": "nobody" }),
            json!({ "name": "a", "scopes": ["admin:read"], "expires_at": Timestamp::from_micros(NOW) }),
            json!({ "name": "a", "scopes": ["admin:read"], "id": 7 }),
            json!({ "name": "a", "scopes": ["admin:read"], "description": "x".repeat(501) }),
            json!({ "name": "a", "scopes": ["admin:read"], "allowed_networks": ["nowhere"] }),
            json!({ "name": "a", "scopes": ["admin:read"], "requests_per_minute": 0 }),
        ] {
            assert!(matches!(mint(bad.clone(), &admin(), vec![owner_of(true)]), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
