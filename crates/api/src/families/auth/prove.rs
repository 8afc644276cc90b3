//! `/auth/prove`: somebody who signed in proves who they are, once more or with what their sign-in lacks.

use actix_web::HttpResponse;
use aedile_accounts::second_factor::{GivenProof, ProveIdentity};
use aedile_accounts::sessions::SignOut;
use aedile_accounts::{Password, SignedIn};
use aedile_kernel::{Authority, Caller, MissingFactor, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api_family::ApiFamily;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::admin_system::{self, Call, Envelope};
use crate::families::times::Zoned;
use crate::identity::Identity;
use crate::openapi::Shape;

pub(super) async fn prove(mut call: Call<ProveIdentity>) -> Answer {
    let Given { password, code } = call.json().await?;
    let given = GivenProof { password, code };
    let proved_at = call.app.dependencies.second_factors.prove(call.caller(), given, &call.client()).await?;
    let recent_until = proved_at.plus_seconds(call.app.dependencies.policy.step_up.recent_seconds);
    let answer = Envelope::of("proved_at", Zoned::from(proved_at)).with("recent_until", Zoned::from(recent_until));
    Ok(HttpResponse::Ok().json(answer))
}

/// What [`prove`] answers.
pub(super) fn proved() -> Shape {
    admin_system::one::<Zoned>("proved_at").with::<Zoned>("recent_until")
}

/// Proves the second factor of a sign-in that just began, where a code came along, and answers what the sign-in still lacks.
/// A sign-in with a wrong code ends.
pub(super) async fn prove_factor<A: ApiFamily>(
    request: &AuthenticatedRequest<A>,
    signed_in: &SignedIn,
    code: Option<String>,
) -> Result<Option<MissingFactor>> {
    let parts = &request.app.dependencies;
    let identity = Identity::of_local_user(&request.app, &signed_in.user.id, request.identity.address).await?;
    let missing = identity.assurance.person().and_then(|proof| proof.missing);
    if code.is_none() || missing != Some(MissingFactor::Code) {
        return Ok(missing);
    }
    let client = request.client();
    let caller = identity.caller(client.request.clone(), &[Authority::Role], request.app.now());
    let caller = Caller { session_id: Some(signed_in.session_id.clone()), ..caller };
    let proved = parts.second_factors.prove(&caller, GivenProof { password: None, code }, &client).await;
    if let Err(error) = proved {
        let session_id = signed_in.session_id.clone();
        parts.operations.run(&caller, SignOut { session_id }).await?;
        return Err(error);
    }
    Ok(None)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GivenProofBody")]
pub(super) struct Given {
    /// The present password, of whoever has no second factor.
    password: Option<Password>,
    /// The code of the second factor, or a recovery code.
    #[schemars(example = &"492039")]
    code: Option<String>,
}
