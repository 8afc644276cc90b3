//! `/api/admin/users/{user_id}/credit-events`.

use actix_web::HttpResponse;
use aedile_billing::plans::{CreditEvent, ListCreditEvents};
use aedile_kernel::{PageRequest, Position, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::ToTheMilli;
use crate::page_query::Cursor;

pub(super) async fn list(call: Call<ListCreditEvents>) -> Answer {
    let Asked { limit, cursor } = call.query()?;
    let key = &call.app.dependencies.installation_key;
    let position = match cursor {
        Some(Cursor(text)) => Position::After(key.open(&text)?),
        None => Position::Offset(0),
    };
    let limit = u32::try_from(limit.unwrap_or(PageRequest::DEFAULT_LIMIT.into())).unwrap_or(0);
    let user_id = UserId::parse(&call.segment("user_id")?)?;
    let operation = ListCreditEvents { user_id: user_id.clone(), page: PageRequest { limit, position } };
    call.answer(operation, |events| {
        let next = events.next.map(|cursor| key.seal(&cursor));
        let events = Fields::list::<CreditEvent, EventBody>("events", events.items).with("next_cursor", next);
        (HttpResponse::Ok(), Fields::of("ok", true).with("userId", user_id).and(events))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    limit: Option<i64>,
    cursor: Option<Cursor>,
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
