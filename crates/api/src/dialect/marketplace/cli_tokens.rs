//! `/v1/auth/cli-tokens`: the token of one's command line.

use actix_web::HttpResponse;
use aedile_accounts::secrets::Secret;
use aedile_accounts::{CliToken, CreateCliToken, RevokeCliToken, ShowCliToken, create_cli_token};
use aedile_kernel::Timestamp;
use serde::{Deserialize, Serialize};

use super::Marketplace;
use crate::call::{Answer, Call, Visit};

pub(super) async fn create(mut call: Call<CreateCliToken, Marketplace>) -> Answer {
    let _: Option<Nothing> = call.optional_json().await?;
    let parts = &call.app.parts;
    let (secret, token) = create_cli_token(&parts.operations, parts.entropy.as_ref(), call.caller()).await?;
    Ok(HttpResponse::Created().json(MintedBody::of(&secret, &token)))
}

pub(super) async fn show(call: Call<ShowCliToken, Marketplace>) -> Answer {
    call.answer(ShowCliToken {}, |token| (HttpResponse::Ok(), CliTokenBody::from(token))).await
}

pub(super) async fn revoke(call: Call<RevokeCliToken, Marketplace>) -> Answer {
    call.app.parts.operations.run(call.caller(), RevokeCliToken {}).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn exchange(mut visit: Visit<Marketplace>) -> Answer {
    let Exchange { code, code_verifier } = visit.json().await?;
    let (secret, token) = visit.app.parts.cli_sign_in.exchange(&visit.caller(), &code, &code_verifier).await?;
    Ok(HttpResponse::Created().json(MintedBody::of(&secret, &token)))
}

/// Nothing about a token can be wished for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    code: String,
    code_verifier: String,
}

/// The only answer that ever holds the token.
#[derive(Serialize)]
struct MintedBody<'a> {
    token: &'a str,
    token_prefix: &'a str,
    expires_at: String,
    created_at: String,
}

impl<'a> MintedBody<'a> {
    fn of(secret: &'a Secret, token: &'a CliToken) -> Self {
        Self {
            token: secret.expose(),
            token_prefix: &token.token_prefix,
            expires_at: token.expires_at.to_rfc3339(),
            created_at: token.created_at.to_rfc3339(),
        }
    }
}

#[derive(Serialize)]
struct CliTokenBody {
    token_prefix: String,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
}

impl From<CliToken> for CliTokenBody {
    fn from(token: CliToken) -> Self {
        Self {
            token_prefix: token.token_prefix,
            created_at: token.created_at.to_rfc3339(),
            expires_at: token.expires_at.to_rfc3339(),
            last_used_at: token.last_used_at.map(Timestamp::to_rfc3339),
        }
    }
}
