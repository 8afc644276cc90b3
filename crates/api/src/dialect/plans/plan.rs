//! `/api/admin/users/{user_id}/plan` and `…/credits`.

use actix_web::HttpResponse;
use aedile_billing::plans::{AdjustPlanCredits, GetPlan, SetPlan, UserPlan};
use aedile_kernel::UserId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use crate::call::Answer;
use crate::dialect::paging::nothing_asked;

pub(super) async fn get(call: Call<GetPlan>) -> Answer {
    nothing_asked(&call)?;
    let operation = GetPlan { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |plan| (HttpResponse::Ok(), shown(&plan))).await
}

pub(super) async fn set(mut call: Call<SetPlan>) -> Answer {
    let Wanted { tier } = call.json().await?;
    let operation = SetPlan { user_id: UserId::parse(&call.segment("user_id")?)?, tier };
    call.answer(operation, |refilled| {
        let (user, tier) = (refilled.plan.user_id, refilled.plan.tier);
        let body = json!({ "ok": true, "userId": user, "tier": tier, "creditsGranted": refilled.granted });
        (HttpResponse::Ok(), body)
    })
    .await
}

pub(super) async fn adjust(mut call: Call<AdjustPlanCredits>) -> Answer {
    let Adjusted { amount, reason } = call.json().await?;
    let user_id = UserId::parse(&call.segment("user_id")?)?;
    let operation = AdjustPlanCredits { user_id: user_id.clone(), amount, reason };
    call.answer(operation, |posted| {
        let body = json!({ "ok": true, "userId": user_id, "amount": amount, "newBalance": posted.balance_after });
        (HttpResponse::Ok(), body)
    })
    .await
}

fn shown(plan: &UserPlan) -> Value {
    json!({
        "ok": true,
        "userId": plan.user_id,
        "plan": {
            "id": "plan",
            "userId": plan.user_id,
            "type": "plan",
            "tier": plan.tier,
            "credits_balance": plan.balance,
            "credits_monthly": plan.monthly_credits,
            "reset_date": plan.reset_date.to_rfc3339_millis(),
        },
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    tier: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Adjusted {
    amount: i64,
    #[serde(default)]
    reason: Option<String>,
}
