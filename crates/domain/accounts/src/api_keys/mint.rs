//! `api_key.create`

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Error, Operation, Operations, Permission,
    PermissionSet, Result, Timestamp, email, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ApiKey, KeyOwner};
use super::port::ApiKeys;
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

impl Operation for MintApiKey {
    const NAME: &'static str = "api_key.create";
    const PERMISSION: Permission = Permission::KeysWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = ApiKey;
}

impl Command for MintApiKey {
    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<Change<ApiKey>> {
        let WantedApiKey { name, owner_email, scopes, expires_at } = &self.wanted;
        let (name, scopes) = (text::line("name", name, 80)?, checked(scopes, cx)?);
        if expires_at.is_some_and(|end| end <= cx.now) {
            return Err(Error::invalid("expires_at", "must be in the future"));
        }
        let owner = owner(keys, owner_email.as_deref(), cx)?;
        if !cx.caller.is(&owner.user_id) {
            // A key reads, and may spend, what is its owner's.
            cx.caller.require_all(PermissionSet::of_admin_flag())?;
        }
        if !owner.may_own_keys {
            return Err(Error::forbidden("only admins and owners whose accounts are in use own keys"));
        }
        let by = &cx.caller.actor_id;
        let key = keys.insert(&name, &self.key, &owner.user_id, &scopes, *expires_at, by, cx.now)?;
        Ok(Change::of(Self::RESOURCE, key.id.to_text()).after(&key).returning(key))
    }
}

/// The scopes without repetition, if keys may have them and the caller does.
fn checked(scopes: &[Permission], cx: &Context) -> Result<Vec<Permission>> {
    if scopes.is_empty() {
        return Err(Error::invalid("scopes", "must name at least one scope, such as admin:read"));
    }
    let wanted: Vec<Permission> = Permission::scopes().filter(|scope| scopes.contains(scope)).collect();
    if let Some(unknown) = scopes.iter().find(|scope| !wanted.contains(scope)) {
        return Err(Error::invalid("scopes", format!("{unknown} is no scope of an API key")));
    }
    let given = wanted.iter().copied().collect::<PermissionSet>().with_implied();
    if let Some(lacking) = cx.caller.permissions.first_missing(given) {
        return Err(Error::forbidden(format!("nobody gives a key what they lack themself: {lacking}")));
    }
    Ok(wanted)
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
    let secret = Secret::generate(ApiKey::PREFIX, entropy);
    let key = NewApiKey { key_hash: secret.hash(), key_prefix: secret.prefix() };
    let key = operations.run(caller, MintApiKey { wanted, key }).await?.output;
    Ok((secret, key))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::{NOW, SeededEntropy, context_of};
    use serde_json::{Value, json};

    use super::super::model::ApiKeyId;
    use super::super::port::MockApiKeys;
    use super::*;

    fn owner_of(may_own_keys: bool) -> KeyOwner {
        KeyOwner { user_id: UserId::parse("user_ops").unwrap(), may_own_keys }
    }

    fn mint(wanted: Value, held: &[Permission], owners: Vec<KeyOwner>) -> Result<Change<ApiKey>> {
        let mut keys = MockApiKeys::new();
        let own = owners.first().cloned();
        keys.expect_find_owner().returning(move |_| Ok(own.clone()));
        keys.expect_find_owners_by_email().withf(|e| e == "ops@example.com").returning(move |_| Ok(owners.clone()));
        keys.expect_insert().returning(|name, key, owner, scopes, expires_at, by, now| {
            Ok(ApiKey {
                id: ApiKeyId(1),
                name: name.into(),
                key_prefix: key.key_prefix.clone(),
                owner_id: owner.clone(),
                owner_email: None,
                scopes: scopes.to_vec(),
                expires_at,
                last_used_at: None,
                revoked_at: None,
                created_by: by.into(),
                created_at: now,
            })
        });
        let secret = Secret::generate(ApiKey::PREFIX, &SeededEntropy::default());
        let key = NewApiKey { key_hash: secret.hash(), key_prefix: secret.prefix() };
        let wanted = serde_json::from_value(wanted).map_err(|error| Error::invalid("body", error.to_string()))?;
        MintApiKey { wanted, key }.run(&mut keys, &context_of("user_root", held.iter().copied()))
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
        ] {
            assert!(matches!(mint(bad.clone(), &admin(), vec![owner_of(true)]), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
