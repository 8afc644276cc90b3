//! `/api/admin/api-keys`.

use actix_web::HttpResponse;
use aedile_accounts::api_keys::{ApiKey, ApiKeyId, ListApiKeys, MintApiKey, RevokeApiKey, WantedApiKey, mint_api_key};
use aedile_kernel::{Permission, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::KeysCall;
use super::wire::{DoneBody, instant};
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;

pub(super) async fn mint(mut call: KeysCall<MintApiKey>) -> Answer {
    let Wanted { name, owner_email, scopes, expires_at } = call.json().await?;
    let wanted = WantedApiKey { name, owner_email, scopes, expires_at: instant(expires_at) };
    let parts = &call.app.dependencies;
    let (secret, key) = mint_api_key(&parts.operations, parts.entropy.as_ref(), call.caller(), wanted).await?;
    Ok(HttpResponse::Created().json(MintedBody { secret: secret.expose(), key: key.into() }))
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
}

/// The only answer that ever holds the key.
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
    prefix: String,
    owner_email: Option<String>,
    scopes: Vec<Permission>,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
    created_at: i64,
}

impl From<ApiKey> for KeyBody {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_text(),
            name: key.name,
            prefix: key.key_prefix,
            owner_email: key.owner_email,
            scopes: key.scopes,
            expires_at: key.expires_at.map(Timestamp::as_millis),
            last_used_at: key.last_used_at.map(Timestamp::as_millis),
            revoked_at: key.revoked_at.map(Timestamp::as_millis),
            created_at: key.created_at.as_millis(),
        }
    }
}
