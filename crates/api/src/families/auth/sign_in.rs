//! `/auth/login`.

use actix_web::HttpResponse;
use aedile_accounts::sessions::SignOut;
use aedile_accounts::{Password, SignedIn};
use aedile_kernel::{Error, MissingFactor};
use schemars::JsonSchema;
use serde::Deserialize;

use super::prove::prove_factor;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::admin_system::local_users::LocalUserBody;
use crate::families::admin_system::wire::password;
use crate::families::admin_system::{self, AdminSystem, Call, Envelope};
use crate::families::times::Zoned;
use crate::openapi::Shape;

pub(super) async fn sign_in(mut request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let Attempt { identifier, password, code } = request.json().await?;
    let client = request.client();
    let signed_in = request.app.dependencies.sign_in.sign_in(&identifier, password, client).await?;
    let missing_factor = prove_factor(&request, &signed_in, code).await?;
    Ok(answer(signed_in, missing_factor))
}

/// Gives somebody their token, and says what their sign-in still lacks.
pub(super) fn answer(signed_in: SignedIn, missing_factor: Option<MissingFactor>) -> HttpResponse {
    let answer = Envelope::of("token", &signed_in.token)
        .with("expires_at", Zoned::from(signed_in.expires_at))
        .with("user", LocalUserBody::from(signed_in.user));
    HttpResponse::Ok().json(match missing_factor {
        Some(missing) => answer.with("missing_factor", missing),
        None => answer,
    })
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
    admin_system::one::<String>("token")
        .with::<Zoned>("expires_at")
        .with::<LocalUserBody>("user")
        .may_with::<MissingFactor>("missing_factor")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Attempt {
    identifier: String,
    #[serde(deserialize_with = "password")]
    password: Password,
    /// The code of the second factor, or a recovery code. It can be sent later, to `/auth/prove`.
    #[schemars(example = &"492039")]
    code: Option<String>,
}
