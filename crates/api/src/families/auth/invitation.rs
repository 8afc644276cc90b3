//! `/auth/invitation/accept`: who was invited becomes a local user.

use actix_web::HttpResponse;
use aedile_accounts::Password;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::call::{Answer, AuthenticatedRequest};
use crate::families::admin_system::local_users::LocalUserBody;
use crate::families::admin_system::wire::password;
use crate::families::admin_system::{AdminSystem, Envelope, one};
use crate::openapi::Shape;

pub(super) async fn accept(mut request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let Accepted { token, new_password } = request.json().await?;
    let invitations = &request.app.dependencies.invitations;
    let user = invitations.accept(&request.caller(), &token, new_password).await?;
    Ok(HttpResponse::Created().json(Envelope::of("user", LocalUserBody::from(user))))
}

/// What [`accept`] answers.
pub(super) fn user() -> Shape {
    one::<LocalUserBody>("user")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AcceptedInvitation")]
pub(super) struct Accepted {
    #[schemars(example = &"aed_inv_Gx0b4M2pT9")]
    token: String,
    #[serde(deserialize_with = "password")]
    new_password: Password,
}
