//! `/api/admin/users/{user_id}/credit-events`.

use actix_web::HttpResponse;
use aedile_billing::plans::{CreditEvent, ListCreditEvents};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::dialect::fields::Fields;
use crate::dialect::times::ToTheMilli;

pub(super) async fn list(call: Call<ListCreditEvents>) -> Answer {
    let Asked { limit } = call.query()?;
    let user_id = UserId::parse(&call.segment("user_id")?)?;
    let operation = ListCreditEvents { user_id: user_id.clone(), limit };
    call.answer(operation, |events| {
        let events = Fields::list::<CreditEvent, EventBody>("events", events);
        (HttpResponse::Ok(), Fields::of("ok", true).with("userId", user_id).and(events))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    limit: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct EventBody {
    #[schemars(example = &"evt_1768473000000_00002a")]
    id: String,
    timestamp: ToTheMilli,
    amount: i64,
    #[schemars(example = &"plan_reset")]
    reason: String,
    balance_after: i64,
}

impl From<CreditEvent> for EventBody {
    fn from(event: CreditEvent) -> Self {
        Self {
            id: format!("evt_{}_{:06x}", event.created_at.as_millis(), event.id.0),
            timestamp: event.created_at.into(),
            amount: event.amount,
            reason: event.reason,
            balance_after: event.balance_after,
        }
    }
}
