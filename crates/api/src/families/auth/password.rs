//! `/auth/password/…`: passwords of local users.

use std::sync::Arc;

use actix_web::HttpResponse;
use aedile_accounts::{Identifier, Password};
use aedile_kernel::Result;
use aedile_kernel::runner::Chain;
use schemars::JsonSchema;
use serde::Deserialize;

use super::prove::prove_factor;
use super::sign_in::answer;
use crate::api_family::ApiFamily;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::admin_system::wire::password;
use crate::families::admin_system::{AdminSystem, Envelope};

/// What everybody is told who asks for a link, whether or not there is an account.
pub(super) const ON_ITS_WAY: &str = "If somebody signs in with this address, a mail with a link is on its way to it.";

pub(super) async fn change(mut request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let Change { identifier, password, new_password } = request.json().await?;
    let passwords = &request.app.dependencies.passwords;
    let signed_in = passwords.change(&identifier, password, new_password, request.client()).await?;
    let missing_factor = prove_factor(&request, &signed_in, None).await?;
    Ok(answer(signed_in, missing_factor))
}

pub(super) async fn forgotten(mut request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let Forgotten { identifier } = request.json().await?;
    request_in_background(&request, &identifier)?;
    Ok(HttpResponse::Accepted().json(Envelope::message(ON_ITS_WAY)))
}

pub(super) async fn reset(mut request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let Reset { token, new_password } = request.json().await?;
    request.app.dependencies.passwords.reset(&request.caller(), &token, new_password).await?;
    Ok(HttpResponse::Ok().json(Envelope::message("Password changed. Sign in again.")))
}

/// Asks for a link behind the request's back: how long it takes would tell whether there is an account.
pub(super) fn request_in_background<A: ApiFamily>(request: &AuthenticatedRequest<A>, identifier: &str) -> Result<()> {
    let identifier = Identifier::parse(identifier)?.as_str().to_owned();
    let (passwords, caller) = (Arc::clone(&request.app.dependencies.passwords), request.caller());
    tokio::spawn(async move {
        if let Err(error) = passwords.request_reset(&caller, &identifier).await {
            tracing::warn!(error = %Chain(&error), "a link to a new password could not be made");
        }
    });
    Ok(())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChangePasswordBody")]
pub(super) struct Change {
    identifier: String,
    #[serde(deserialize_with = "password")]
    password: Password,
    #[serde(deserialize_with = "password")]
    new_password: Password,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ForgottenPasswordBody")]
pub(super) struct Forgotten {
    identifier: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ResetPasswordBody")]
pub(super) struct Reset {
    #[schemars(example = &"aed_pwd_Gx0b4M2pT9")]
    token: String,
    #[serde(deserialize_with = "password")]
    new_password: Password,
}
