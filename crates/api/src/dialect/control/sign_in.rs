//! `/auth/login`.

use actix_web::HttpResponse;
use aedile_accounts::Password;
use serde::Deserialize;

use super::local_users::LocalUserBody;
use super::wire::password;
use super::{Control, Envelope};
use crate::call::{Answer, Visit};
use crate::client_address::limited_as;

pub(super) async fn sign_in(mut visit: Visit<Control>) -> Answer {
    let Attempt { identifier, password } = visit.json().await?;
    let client = limited_as(visit.identity.address);
    let signed_in = visit.app.parts.sign_in.sign_in(&identifier, password, Some(&client)).await?;
    let answer = Envelope::of("token", &signed_in.token)
        .with("expires_at", signed_in.expires_at.to_rfc3339())
        .with("user", LocalUserBody::from(signed_in.user));
    Ok(HttpResponse::Ok().json(answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    identifier: String,
    #[serde(deserialize_with = "password")]
    password: Password,
}
