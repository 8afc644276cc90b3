//! `/v1/users/second-factor`.

use actix_web::HttpResponse;
use aedile_accounts::second_factor::{
    BeginSecondFactor, ConfirmSecondFactor, Enrolment, RecoveryCodes, RemoveSecondFactor, RenewRecoveryCodes,
    SecondFactorState, ShowSecondFactor,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::times::Zoned;

pub(super) async fn show(call: Call<ShowSecondFactor>) -> Answer {
    call.answer(ShowSecondFactor {}, |state| (HttpResponse::Ok(), SecondFactorBody::from(state))).await
}

pub(super) async fn begin(call: Call<BeginSecondFactor>) -> Answer {
    let enrolment: Enrolment = call.app.dependencies.second_factors.begin(call.caller()).await?;
    Ok(HttpResponse::Created().json(enrolment))
}

pub(super) async fn confirm(mut call: Call<ConfirmSecondFactor>) -> Answer {
    let FirstCode { code } = call.json().await?;
    let second_factors = &call.app.dependencies.second_factors;
    let codes: RecoveryCodes = second_factors.confirm(call.caller(), &code, &call.client()).await?;
    Ok(HttpResponse::Ok().json(codes))
}

pub(super) async fn renew_recovery_codes(call: Call<RenewRecoveryCodes>) -> Answer {
    let codes: RecoveryCodes = call.app.dependencies.second_factors.renew_recovery_codes(call.caller()).await?;
    Ok(HttpResponse::Created().json(codes))
}

pub(super) async fn remove(call: Call<RemoveSecondFactor>) -> Answer {
    call.app.dependencies.operations.run(call.caller(), RemoveSecondFactor {}).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstCode {
    /// What the app shows now.
    #[schemars(example = &"492039")]
    code: String,
}

/// What somebody has of a second factor.
#[derive(Serialize, JsonSchema)]
pub(super) struct SecondFactorBody {
    is_set_up: bool,
    set_up_at: Option<Zoned>,
    recovery_codes_left: u32,
}

impl From<SecondFactorState> for SecondFactorBody {
    fn from(state: SecondFactorState) -> Self {
        let SecondFactorState { is_set_up, set_up_at, recovery_codes_left } = state;
        Self { is_set_up, set_up_at: set_up_at.map(Zoned::from), recovery_codes_left }
    }
}
