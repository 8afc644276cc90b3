//! `/v1/admin/users/{user_id}/plan`: what admins see and change of a user's plan.

use actix_web::HttpResponse;
use aedile_billing::plans::{AdjustPlanCredits, CreditEvent, GetPlan, ListCreditEvents, SetPlan, UserPlan};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn get(call: Call<GetPlan>) -> Answer {
    let operation = GetPlan { user_id: UserId::parse(&call.segment("user_id")?)? };
    call.answer(operation, |plan| (HttpResponse::Ok(), PlanBody::from(plan))).await
}

pub(super) async fn set(mut call: Call<SetPlan>) -> Answer {
    let Wanted { tier } = call.json().await?;
    let operation = SetPlan { user_id: UserId::parse(&call.segment("user_id")?)?, tier };
    call.answer(operation, |refilled| (HttpResponse::Ok(), PlanBody::from(refilled.plan))).await
}

pub(super) async fn adjust(mut call: Call<AdjustPlanCredits>) -> Answer {
    let Adjusted { amount, reason } = call.json().await?;
    let user_id = UserId::parse(&call.segment("user_id")?)?;
    let operation = AdjustPlanCredits { user_id: user_id.clone(), amount, reason };
    call.answer(operation, |posted| {
        (HttpResponse::Ok(), AdjustedBody { user_id, amount, credits_balance: posted.balance_after })
    })
    .await
}

pub(super) async fn events(call: Call<ListCreditEvents>) -> Answer {
    let page = page(&call)?;
    let operation = ListCreditEvents { user_id: UserId::parse(&call.segment("user_id")?)?, page: page.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |events| Fields::page::<CreditEvent, EventBody>("events", events, &page, key);
    call.answer(operation, |events| (HttpResponse::Ok(), encode(events))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WantedPlan")]
pub(super) struct Wanted {
    /// The plan: `free`, `starter`, `pro` or `enterprise`, unless this installation has others.
    tier: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WantedPlanCredits")]
pub(super) struct Adjusted {
    /// Credits to add; negative takes away, no more than there are.
    amount: i64,
    /// At most 200 characters.
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPlanBody")]
pub(super) struct PlanBody {
    user_id: UserId,
    tier: String,
    credits_balance: i64,
    monthly_credits: i64,
    reset_date: Zoned,
}

impl From<UserPlan> for PlanBody {
    fn from(plan: UserPlan) -> Self {
        Self {
            user_id: plan.user_id,
            tier: plan.tier,
            credits_balance: plan.balance,
            monthly_credits: plan.monthly_credits,
            reset_date: plan.reset_date.into(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPlanCreditsBody")]
pub(super) struct AdjustedBody {
    user_id: UserId,
    amount: i64,
    credits_balance: i64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserPlanEventBody")]
pub(super) struct EventBody {
    amount: i64,
    #[schemars(example = &"plan_reset")]
    reason: String,
    balance_after: i64,
    created_at: Zoned,
}

impl From<CreditEvent> for EventBody {
    fn from(event: CreditEvent) -> Self {
        Self {
            amount: event.amount,
            reason: event.reason,
            balance_after: event.balance_after,
            created_at: event.created_at.into(),
        }
    }
}
