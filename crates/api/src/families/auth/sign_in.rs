//! `/auth/login`.

use actix_web::HttpResponse;
use aedile_accounts::sessions::SignOut;
use aedile_accounts::{Password, SignedIn};
use aedile_kernel::Error;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::call::{Answer, AuthenticatedRequest};
use crate::families::admin_system::local_users::LocalUserBody;
use crate::families::admin_system::wire::password;
use crate::families::admin_system::{self, AdminSystem, Call, Envelope};
use crate::families::times::Zoned;
use crate::openapi::Shape;

pub(super) async fn sign_in(mut request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let Attempt { identifier, password } = request.json().await?;
    let client = request.client();
    let signed_in = request.app.dependencies.sign_in.sign_in(&identifier, password, client).await?;
    Ok(answer(signed_in))
}

/// Gives somebody their token.
pub(super) fn answer(signed_in: SignedIn) -> HttpResponse {
    let answer = Envelope::of("token", &signed_in.token)
        .with("expires_at", Zoned::from(signed_in.expires_at))
        .with("user", LocalUserBody::from(signed_in.user));
    HttpResponse::Ok().json(answer)
}

/// Ends the session that the request came with.
pub(super) async fn sign_out(call: Call<SignOut>) -> Answer {
    let session_id = call.identity.session_id.clone();
    let session_id =
        session_id.ok_or_else(|| Error::conflict("only a local sign-in is ended here; end others where they began"))?;
    let operation = SignOut { session_id };
    call.answer(operation, |()| (HttpResponse::Ok(), Envelope::message("Signed out."))).await
}

/// What [`sign_in`] answers.
pub(super) fn signed_in() -> Shape {
    admin_system::one::<String>("token").with::<Zoned>("expires_at").with::<LocalUserBody>("user")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Attempt {
    identifier: String,
    #[serde(deserialize_with = "password")]
    password: Password,
}
