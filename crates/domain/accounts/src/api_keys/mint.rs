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
    /// Verified e-mail address of the admin or owner for whom the key acts; default: you.
    #[serde(default)]
    pub owner_email: Option<String>,
    /// What it may do: `admin:read`, `admin:write`, or `user:write` for spending and redeeming alone. Nobody gives what
    /// they lack.
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
    const PERMISSION: Permission = Permission::AdminWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey];
    const EFFECT: Effect = Effect::Write;
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
    if scopes.is_empty() || scopes.iter().any(|scope| !ApiKey::SCOPES.contains(scope)) {
        return Err(Error::invalid("scopes", "must hold admin:read, admin:write or user:write"));
    }
    let held = PermissionSet::of_api_key(cx.caller.permissions, cx.caller.permissions);
    if let Some(lacking) = scopes.iter().find(|scope| !held.contains(**scope)) {
        return Err(Error::forbidden(format!("nobody gives a key what they lack themself: {lacking}")));
    }
    Ok(ApiKey::SCOPES.into_iter().filter(|scope| scopes.contains(scope)).collect())
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

    #[test]
    fn a_key_acts_for_its_owner_within_its_scopes() {
        let wanted = json!({ "name": "deploy-bot", "owner_email": "Ops@Example.com", "scopes": ["admin:write", "admin:read", "admin:read"] });
        let change = mint(wanted, &BOTH, vec![owner_of(true)]).unwrap();
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
        assert!(matches!(mint(wanted("admin:write"), &BOTH[..1], vec![owner_of(true)]), Err(Error::Forbidden(_))));
        assert!(matches!(mint(wanted("admin:read"), &BOTH, vec![owner_of(false)]), Err(Error::Forbidden(_))));
        assert!(matches!(mint(wanted("admin:read"), &BOTH, vec![]), Err(Error::NotFound(_))));
    }

    #[test]
    fn what_makes_no_key_is_refused() {
        for bad in [
            json!({ "name": "", "scopes": ["admin:read"] }),
            json!({ "name": "a", "scopes": [] }),
            json!({ "name": "a", "scopes": ["users:read"] }),
            json!({ "name": "a", "scopes": ["everything"] }),
            json!({ "name": "a", "scopes": ["admin:read"], "owner_email": "nobody" }),
            json!({ "name": "a", "scopes": ["admin:read"], "expires_at": Timestamp::from_micros(NOW) }),
            json!({ "name": "a", "scopes": ["admin:read"], "id": 7 }),
        ] {
            assert!(matches!(mint(bad.clone(), &BOTH, vec![owner_of(true)]), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
