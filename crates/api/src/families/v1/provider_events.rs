//! `/v1/webhooks/clerk`: what the identity provider tells of its users.

use actix_web::HttpResponse;
use actix_web::http::header::HeaderMap;
use aedile_accounts::provider_events::{Delivery, Taken};
use aedile_kernel::Error;

use super::V1;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::fields::Fields;

pub(super) async fn take(mut request: AuthenticatedRequest<V1>) -> Answer {
    const UNSET: Error = Error::Unavailable { what: "the identity provider's webhook", source: None };
    let reader = request.app.dependencies.provider_event_reader.clone().ok_or(UNSET)?;
    let body = request.bytes().await?;
    let event = reader.read(&delivery(request.headers(), &body)?, request.app.now())?;
    if let Some(event) = event {
        let id = event.stamp.id.clone();
        let taken = request.app.dependencies.provider_events.take(&request.caller().request, event).await?;
        if taken == Taken::Refused {
            tracing::warn!(
                event = id,
                "the identity provider deleted the last admin, who stays; make somebody else an admin"
            );
        }
    }
    Ok(HttpResponse::Ok().json(Fields::of("received", true)))
}

/// How events are signed (<https://docs.svix.com/receiving/verifying-payloads/how-manual>).
pub(super) const HEADERS: &[(&str, &str)] = &[
    ("svix-id", "The event's id"),
    ("svix-timestamp", "When it was sent, in seconds since 1970"),
    ("svix-signature", "The signatures of id, time and body"),
];

/// What is signed, before anything of it is believed.
fn delivery<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Result<Delivery<'a>, Error> {
    let one = |name: &str| {
        let mut values = headers.get_all(name);
        let value = values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok());
        value.ok_or_else(|| Error::unauthenticated("the headers svix-id, svix-timestamp and svix-signature are needed"))
    };
    let (id, timestamp, signatures) = (one("svix-id")?, one("svix-timestamp")?, one("svix-signature")?);
    Ok(Delivery { id, timestamp, signatures, body })
}
