//! `/api/v1/keys/verify`.

use actix_web::HttpResponse;
use aedile_accounts::api_keys::{KeyVerdict, VerifiedApiKey, VerifyApiKey};
use aedile_kernel::{Permission, Timestamp, UserId};
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;

pub(super) async fn verify(mut call: Call<VerifyApiKey>) -> Answer {
    let operation: VerifyApiKey = call.json().await?;
    call.answer(operation, |verified| (HttpResponse::Ok(), VerifiedBody::from(verified))).await
}

/// Whether a key is valid. Of an unknown key nothing else is told.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "VerifiedApiKeyBody")]
pub(super) struct VerifiedBody {
    valid: bool,
    code: KeyVerdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(example = &"key_2f9c")]
    key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<UserId>,
    /// Scopes that count now; none of a key that is not valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Permission>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

impl From<VerifiedApiKey> for VerifiedBody {
    fn from(verified: VerifiedApiKey) -> Self {
        Self {
            valid: verified.valid,
            code: verified.code,
            scopes: verified.key_id.is_some().then_some(verified.scopes),
            key_id: verified.key_id,
            name: verified.name,
            owner_id: verified.owner_id,
            expires_at: verified.expires_at.map(Timestamp::as_millis),
        }
    }
}
