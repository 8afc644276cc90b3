//! `/api/admin/api-keys`.

use actix_web::HttpResponse;
use aedile_accounts::api_keys::{
    ApiKey, ApiKeyId, ListApiKeys, ListedApiKey, MintApiKey, Network, RevokeApiKey, RotateApiKey, UpdateApiKey,
    WantedApiKey, WantedRotation, mint_api_key, rotate_api_key,
};
use aedile_kernel::{Permission, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::KeysCall;
use super::wire::{DoneBody, instant};
use crate::call::Answer;
use crate::families::admin_system::wire::present;
use crate::families::fields::Fields;
use crate::families::paging::page;

pub(super) async fn mint(mut call: KeysCall<MintApiKey>) -> Answer {
    let wanted: Wanted = call.json().await?;
    let wanted = WantedApiKey {
        name: wanted.name,
        owner_email: wanted.owner_email,
        scopes: wanted.scopes,
        expires_at: instant(wanted.expires_at),
        description: wanted.description,
        allowed_networks: wanted.allowed_networks.unwrap_or_default(),
        requests_per_minute: wanted.requests_per_minute,
    };
    let parts = &call.app.dependencies;
    let (secret, key) = mint_api_key(&parts.operations, parts.entropy.as_ref(), call.caller(), wanted).await?;
    let key = KeyBody::of(key, call.app.now());
    Ok(HttpResponse::Created().json(MintedBody { secret: secret.expose(), key }))
}

pub(super) async fn rotate(mut call: KeysCall<RotateApiKey>) -> Answer {
    let Rotation { grace_minutes, expires_at } = call.optional_json().await?.unwrap_or_default();
    let id = ApiKeyId::parse(&call.segment("id")?)?;
    let wanted = WantedRotation { id, grace_minutes, expires_at: instant(expires_at) };
    let parts = &call.app.dependencies;
    let (secret, key) = rotate_api_key(&parts.operations, parts.entropy.as_ref(), call.caller(), wanted).await?;
    let key = KeyBody::of(key, call.app.now());
    Ok(HttpResponse::Created().json(MintedBody { secret: secret.expose(), key }))
}

pub(super) async fn update(mut call: KeysCall<UpdateApiKey>) -> Answer {
    let changes: Changes = call.json().await?;
    let operation = UpdateApiKey {
        id: ApiKeyId::parse(&call.segment("id")?)?,
        name: changes.name,
        description: changes.description,
        disabled: changes.disabled,
        allowed_networks: changes.allowed_networks,
        requests_per_minute: changes.requests_per_minute,
    };
    call.answer(operation, |key| (HttpResponse::Ok(), KeyBody::of(key, call.app.now()))).await
}

pub(super) async fn list(call: KeysCall<ListApiKeys>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |keys| Fields::page::<_, KeyBody>("keys", keys, &page, key);
    call.answer(ListApiKeys { page: page.clone() }, |keys| (HttpResponse::Ok(), encode(keys))).await
}

pub(super) async fn revoke(call: KeysCall<RevokeApiKey>) -> Answer {
    let operation = RevokeApiKey { id: ApiKeyId::parse(&call.segment("id")?)? };
    call.answer(operation, |_| (HttpResponse::Ok(), DoneBody { ok: true })).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    name: String,
    #[serde(default)]
    owner_email: Option<String>,
    scopes: Vec<Permission>,
    #[serde(default)]
    expires_at: Option<i64>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    allowed_networks: Option<Vec<String>>,
    #[serde(default)]
    requests_per_minute: Option<u32>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    #[serde(default)]
    grace_minutes: Option<u32>,
    #[serde(default)]
    expires_at: Option<i64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<Option<String>>,
    disabled: Option<bool>,
    allowed_networks: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    requests_per_minute: Option<Option<u32>>,
}

/// An answer that holds the key itself, as no other does.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MintedApiKeyBody")]
pub(super) struct MintedBody<'a> {
    #[serde(flatten)]
    key: KeyBody,
    secret: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyBody")]
pub(super) struct KeyBody {
    #[schemars(example = &"key_2f9c")]
    id: String,
    name: String,
    description: Option<String>,
    prefix: String,
    owner_email: Option<String>,
    scopes: Vec<Permission>,
    #[schemars(example = &["192.0.2.0/24"])]
    allowed_networks: Vec<Network>,
    requests_per_minute: Option<u32>,
    disabled: bool,
    expires_at: Option<i64>,
    /// Whether it expires within 7 days.
    expires_soon: bool,
    last_used_at: Option<i64>,
    last_used_ip: Option<String>,
    /// The key that it replaced.
    #[schemars(example = &"key_1")]
    rotated_from: Option<String>,
    /// The key that replaced it.
    #[schemars(example = &"key_3")]
    replaced_by: Option<String>,
    revoked_at: Option<i64>,
    created_at: i64,
}

impl KeyBody {
    fn of(key: ApiKey, now: Timestamp) -> Self {
        key.listed_at(now).into()
    }
}

impl From<ListedApiKey> for KeyBody {
    fn from(ListedApiKey { key, expires_soon }: ListedApiKey) -> Self {
        Self {
            id: key.id.to_text(),
            name: key.name,
            description: key.description,
            prefix: key.key_prefix,
            owner_email: key.owner_email,
            scopes: key.scopes,
            allowed_networks: key.allowed_networks,
            requests_per_minute: key.requests_per_minute,
            disabled: key.disabled,
            expires_at: key.expires_at.map(Timestamp::as_millis),
            expires_soon,
            last_used_at: key.last_used_at.map(Timestamp::as_millis),
            last_used_ip: key.last_used_ip,
            rotated_from: key.rotated_from.map(ApiKeyId::to_text),
            replaced_by: key.replaced_by.map(ApiKeyId::to_text),
            revoked_at: key.revoked_at.map(Timestamp::as_millis),
            created_at: key.created_at.as_millis(),
        }
    }
}
