//! `/v1/users/password`.

use actix_web::HttpResponse;
use aedile_accounts::Password;
use aedile_accounts::password_changes::ChangePassword;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::times::Zoned;

pub(super) async fn change(mut call: Call<ChangePassword>) -> Answer {
    let Wanted { current_password, new_password } = call.json().await?;
    let passwords = &call.app.dependencies.passwords;
    let signed_in = passwords.change_own(call.caller(), current_password, new_password, call.client()).await?;
    Ok(HttpResponse::Ok().json(SignedInBody { token: &signed_in.token, expires_at: signed_in.expires_at.into() }))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WantedPassword")]
pub(super) struct Wanted {
    current_password: Password,
    new_password: Password,
}

/// The session that goes on in place of the one that ended.
#[derive(Serialize, JsonSchema)]
pub(super) struct SignedInBody<'a> {
    token: &'a str,
    expires_at: Zoned,
}
