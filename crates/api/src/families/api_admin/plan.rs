//! `/api/admin/users/{user_id}/plan` and `…/credits`.

use actix_web::HttpResponse;
use aedile_billing::plans::{AdjustPlanCredits, GetPlan, SetPlan, UserPlan};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::times::ToTheMilli;

pub(super) async fn get(call: Call<GetPlan>) -> Answer {
    let operation = GetPlan { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |plan| (HttpResponse::Ok(), ShownBody::from(plan))).await
}

pub(super) async fn set(mut call: Call<SetPlan>) -> Answer {
    let Wanted { tier } = call.json().await?;
    let operation = SetPlan { user_id: UserId::parse(&call.segment("user_id")?)?, tier };
    call.answer(operation, |refilled| {
        let (user, tier) = (refilled.plan.user_id, refilled.plan.tier);
        (HttpResponse::Ok(), SetBody { ok: true, user_id: user, tier, credits_granted: refilled.granted })
    })
    .await
}

pub(super) async fn adjust(mut call: Call<AdjustPlanCredits>) -> Answer {
    let Adjusted { amount, reason } = call.json().await?;
    let user_id = UserId::parse(&call.segment("user_id")?)?;
    let operation = AdjustPlanCredits { user_id: user_id.clone(), amount, reason };
    call.answer(operation, |posted| {
        (HttpResponse::Ok(), AdjustedBody { ok: true, user_id, amount, new_balance: posted.balance_after })
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    tier: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Adjusted {
    amount: i64,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PlanSetBody")]
pub(super) struct SetBody {
    ok: bool,
    user_id: UserId,
    tier: String,
    credits_granted: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PlanCreditsAdjustedBody")]
pub(super) struct AdjustedBody {
    ok: bool,
    user_id: UserId,
    amount: i64,
    new_balance: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PlanShownBody")]
pub(super) struct ShownBody {
    ok: bool,
    user_id: UserId,
    plan: PlanBody,
}

#[derive(Serialize, JsonSchema)]
struct PlanBody {
    /// Always `plan`.
    #[schemars(example = &"plan")]
    id: &'static str,
    #[serde(rename = "userId")]
    user_id: UserId,
    /// Always `plan`.
    #[serde(rename = "type")]
    #[schemars(example = &"plan")]
    kind: &'static str,
    tier: String,
    credits_balance: i64,
    credits_monthly: i64,
    reset_date: ToTheMilli,
}

impl From<UserPlan> for ShownBody {
    fn from(plan: UserPlan) -> Self {
        let shown = PlanBody {
            id: "plan",
            user_id: plan.user_id.clone(),
            kind: "plan",
            tier: plan.tier,
            credits_balance: plan.balance,
            credits_monthly: plan.monthly_credits,
            reset_date: plan.reset_date.into(),
        };
        Self { ok: true, user_id: plan.user_id, plan: shown }
    }
}
