//! Events that are asked for, read as those that are sent.

use aedile_billing::payments::PaymentEvent;
use aedile_kernel::{Result, Timestamp};
use serde::Deserialize;
use stripe_client_core::StripeRequest;
use stripe_core::event::ListEvent;
use stripe_types::RangeQueryTs;

use crate::call_error::CallError;
use crate::client::Client;
use crate::events::{Event, KINDS};

/// <https://docs.stripe.com/api/events/list>
#[derive(Deserialize)]
struct EventPage {
    data: Vec<Event>,
    has_more: bool,
}

/// Every event of the kinds that are read, the earliest first; Stripe lists the latest first.
pub(crate) async fn all(client: &Client, since: Timestamp) -> Result<Vec<PaymentEvent>, CallError> {
    let mut events: Vec<PaymentEvent> = Vec::new();
    loop {
        let mut list =
            ListEvent::new().limit(100).created(RangeQueryTs::gte(since.as_seconds())).types(KINDS.map(str::to_owned));
        if let Some(last) = events.last() {
            list = list.starting_after(&last.id);
        }
        let page = client.call(list.build(), None).await?;
        let page: EventPage = serde_json::from_slice(&page).map_err(CallError::unreadable)?;
        let is_empty = page.data.is_empty();
        let read: Result<Vec<PaymentEvent>> = page.data.into_iter().map(Event::read).collect();
        events.extend(read.map_err(CallError::unreadable)?);
        if !page.has_more || is_empty {
            events.reverse();
            return Ok(events);
        }
    }
}
