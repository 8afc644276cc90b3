//! `api_key.revoke`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ApiKey, ApiKeyId};
use super::port::ApiKeys;

/// Revokes an API key, effective from the next request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeApiKey {
    /// ID of the API key.
    pub id: ApiKeyId,
}

impl Operation for RevokeApiKey {
    const NAME: &'static str = "api_key.revoke";
    const PERMISSION: Permission = Permission::KeysWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = ApiKey;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_text())
    }
}

impl Command for RevokeApiKey {
    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<Change<ApiKey>> {
        let before = keys.lock(self.id)?.ok_or_else(|| Error::not_found("API key"))?;
        if before.revoked_at.is_some() {
            return Ok(Change::none().returning(before));
        }
        keys.set_revoked(self.id, cx.now)?;
        let after = ApiKey { revoked_at: Some(cx.now), ..before.clone() };
        Ok(Change::of(Self::RESOURCE, self.id.to_text()).before(&before).after(&after).returning(after))
    }
}
