//! `/v1/admin/claims`.

use actix_web::HttpResponse;
use aedile_moderation::claims::{ApproveClaim, ClaimId, ContestedClaim, GetClaim, ListSandboxedClaims, RejectClaim};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::v1::claims::ClaimBody;

pub(super) async fn list_sandbox(call: Call<ListSandboxedClaims>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |claims| Fields::page::<_, ClaimBody>("claims", claims, &page, key);
    call.answer(ListSandboxedClaims { page: page.clone() }, |claims| (HttpResponse::Ok(), encode(claims))).await
}

pub(super) async fn get(call: Call<GetClaim>) -> Answer {
    let operation = GetClaim { id: ClaimId(call.number()?) };
    call.answer(operation, |ContestedClaim { claim, rivals }| {
        let rivals: Vec<_> = rivals.into_iter().map(ClaimBody::from).collect();
        (HttpResponse::Ok(), Fields::of("claim", ClaimBody::from(claim)).with("rivals", rivals))
    })
    .await
}

pub(super) async fn approve(call: Call<ApproveClaim>) -> Answer {
    let operation = ApproveClaim { id: ClaimId(call.number()?) };
    call.answer(operation, |claim| (HttpResponse::Ok(), ClaimBody::from(claim))).await
}

pub(super) async fn reject(mut call: Call<RejectClaim>) -> Answer {
    let why: Option<Why> = call.optional_json().await?;
    let operation = RejectClaim { id: ClaimId(call.number()?), reason: why.and_then(|why| why.reason) };
    call.answer(operation, |claim| (HttpResponse::Ok(), ClaimBody::from(claim))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Why {
    #[serde(default)]
    reason: Option<String>,
}
