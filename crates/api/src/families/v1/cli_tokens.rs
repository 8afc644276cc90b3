//! `/v1/auth/cli-tokens`: the token of one's command line.

use actix_web::HttpResponse;
use aedile_accounts::secrets::Secret;
use aedile_accounts::{CliToken, CreateCliToken, RevokeCliToken, ShowCliToken, create_cli_token};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::V1;
use crate::call::{Answer, AuthenticatedRequest, AuthorizedCall};
use crate::families::times::Zoned;

pub(super) async fn create(mut call: AuthorizedCall<CreateCliToken, V1>) -> Answer {
    let _: Option<Nothing> = call.optional_json().await?;
    let parts = &call.app.dependencies;
    let (secret, token) = create_cli_token(&parts.operations, parts.entropy.as_ref(), call.caller()).await?;
    Ok(HttpResponse::Created().json(MintedBody::of(&secret, &token)))
}

pub(super) async fn show(call: AuthorizedCall<ShowCliToken, V1>) -> Answer {
    call.answer(ShowCliToken {}, |token| (HttpResponse::Ok(), CliTokenBody::from(token))).await
}

pub(super) async fn revoke(call: AuthorizedCall<RevokeCliToken, V1>) -> Answer {
    call.app.dependencies.operations.run(call.caller(), RevokeCliToken {}).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn exchange(mut request: AuthenticatedRequest<V1>) -> Answer {
    let Exchange { code, code_verifier } = request.json().await?;
    let (secret, token) =
        request.app.dependencies.cli_sign_in.exchange(&request.caller(), &code, &code_verifier).await?;
    Ok(HttpResponse::Created().json(MintedBody::of(&secret, &token)))
}

/// Nothing about a token can be wished for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    #[schemars(example = &"1f3870be274f6c49b3e31a0c6728957f")]
    code: String,
    code_verifier: String,
}

/// The only answer that ever holds the token.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MintedCliTokenBody")]
pub(super) struct MintedBody<'a> {
    #[schemars(example = &"aed_cli_2f9c0d4e")]
    token: &'a str,
    token_prefix: &'a str,
    expires_at: Zoned,
    created_at: Zoned,
}

impl<'a> MintedBody<'a> {
    fn of(secret: &'a Secret, token: &'a CliToken) -> Self {
        Self {
            token: secret.expose(),
            token_prefix: &token.token_prefix,
            expires_at: token.expires_at.into(),
            created_at: token.created_at.into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct CliTokenBody {
    token_prefix: String,
    created_at: Zoned,
    expires_at: Zoned,
    last_used_at: Option<Zoned>,
}

impl From<CliToken> for CliTokenBody {
    fn from(token: CliToken) -> Self {
        Self {
            token_prefix: token.token_prefix,
            created_at: token.created_at.into(),
            expires_at: token.expires_at.into(),
            last_used_at: token.last_used_at.map(Zoned::from),
        }
    }
}
