//! What the identity provider's events look like inside.

use aedile_accounts::ProvisionUser;
use aedile_accounts::provider_events::{Delivery, EventStamp, News, ProviderEvent};
use aedile_kernel::{Error, Result, Timestamp, UserId};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    event_type: String,
    data: Value,
}

#[derive(Deserialize)]
struct UserData {
    id: UserId,
    first_name: Option<String>,
    last_name: Option<String>,
    primary_email_address_id: Option<String>,
    #[serde(default)]
    email_addresses: Vec<Address>,
    /// In milliseconds since 1970.
    updated_at: Option<i64>,
}

#[derive(Deserialize)]
struct Address {
    id: String,
    email_address: String,
    verification: Option<Verification>,
}

#[derive(Deserialize)]
struct Verification {
    status: Option<String>,
}

#[derive(Deserialize)]
struct Gone {
    id: UserId,
}

/// Reads a delivery whose signature was right; `None` when it tells nothing of users.
pub(crate) fn read(delivery: &Delivery<'_>, sent_at: Timestamp) -> Result<Option<ProviderEvent>> {
    let Payload { event_type, data } = serde_json::from_slice(delivery.body).map_err(unreadable)?;
    let (at, news) = match event_type.as_str() {
        "user.created" | "user.updated" => {
            let user: UserData = serde_json::from_value(data).map_err(unreadable)?;
            (user.changed_at().unwrap_or(sent_at), News::Changed(user.identity()))
        }
        "user.deleted" => {
            let gone: Gone = serde_json::from_value(data).map_err(unreadable)?;
            (sent_at, News::Deleted(gone.id))
        }
        _ => return Ok(None),
    };
    let stamp = EventStamp { id: delivery.id.to_owned(), event_type, at };
    Ok(Some(ProviderEvent { stamp, news }))
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err gives")]
fn unreadable(error: serde_json::Error) -> Error {
    Error::invalid("body", format!("is no event that can be read: line {}, column {}", error.line(), error.column()))
}

impl UserData {
    fn changed_at(&self) -> Option<Timestamp> {
        self.updated_at.map(|millis| Timestamp::from_micros(millis.saturating_mul(1_000)))
    }

    fn identity(self) -> ProvisionUser {
        let names: Vec<&str> = [&self.first_name, &self.last_name]
            .into_iter()
            .filter_map(|name| name.as_deref().map(str::trim).filter(|name| !name.is_empty()))
            .collect();
        let display_name = (!names.is_empty()).then(|| names.join(" "));
        let primary = self.primary_email_address_id.as_deref();
        let address = self.email_addresses.into_iter().find(|address| Some(address.id.as_str()) == primary);
        let email_verified = address.as_ref().is_some_and(Address::is_verified);
        let email = address.map(|address| address.email_address);
        ProvisionUser { id: self.id, email, email_verified, display_name }
    }
}

impl Address {
    fn is_verified(&self) -> bool {
        self.verification.as_ref().is_some_and(|verification| verification.status.as_deref() == Some("verified"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(body: &Value) -> Result<Option<ProviderEvent>> {
        let body = body.to_string();
        let delivery = Delivery { id: "msg_1", timestamp: "9", signatures: "", body: body.as_bytes() };
        read(&delivery, Timestamp::from_seconds(9))
    }

    fn changed(data: &Value) -> (Timestamp, ProvisionUser) {
        let event = read_json(&json!({ "type": "user.updated", "object": "event", "data": data })).unwrap().unwrap();
        let News::Changed(user) = event.news else { panic!("{event:?}") };
        (event.stamp.at, user)
    }

    #[test]
    fn the_primary_address_counts_with_its_own_verification() {
        let mut data = json!({
            "id": "user_ada", "first_name": " Ada ", "last_name": "Lovelace", "primary_email_address_id": "idn_2",
            "email_addresses": [
                { "id": "idn_1", "email_address": "old@example.com", "verification": { "status": "verified" } },
                { "id": "idn_2", "email_address": "ada@example.com", "verification": { "status": "unverified" } },
            ],
            "updated_at": 1_654_012_591_835_i64, "phone_numbers": [],
        });
        let (at, user) = changed(&data);
        assert_eq!(at, Timestamp::from_micros(1_654_012_591_835_000));
        assert_eq!((user.id.as_str(), user.display_name.as_deref()), ("user_ada", Some("Ada Lovelace")));
        assert_eq!((user.email.as_deref(), user.email_verified), (Some("ada@example.com"), false));
        data["email_addresses"][1]["verification"]["status"] = "verified".into();
        assert!(changed(&data).1.email_verified);
        data["email_addresses"][1]["verification"] = Value::Null;
        assert!(!changed(&data).1.email_verified);
        data["primary_email_address_id"] = Value::Null;
        assert_eq!(changed(&data).1.email, None);
    }

    #[test]
    fn what_is_not_told_is_absent() {
        let (at, user) = changed(&json!({ "id": "user_ada", "first_name": "", "last_name": null }));
        assert_eq!((at, user.email, user.display_name), (Timestamp::from_seconds(9), None, None));
        assert_eq!(changed(&json!({ "id": "u", "last_name": "L" })).1.display_name.as_deref(), Some("L"));
    }

    #[test]
    fn other_events_mean_nothing_and_broken_ones_are_refused() {
        let deleted =
            json!({ "type": "user.deleted", "data": { "id": "user_ada", "deleted": true, "object": "user" } });
        let News::Deleted(id) = read_json(&deleted).unwrap().unwrap().news else { panic!("deleted") };
        assert_eq!(id.as_str(), "user_ada");
        for kind in ["session.created", "user.created.x", "USER.CREATED", ""] {
            assert!(read_json(&json!({ "type": kind, "data": {} })).unwrap().is_none(), "{kind}");
        }
        for bad in [
            json!(null),
            json!({}),
            json!({ "type": "user.created" }),
            json!({ "type": "user.created", "data": {} }),
            json!({ "type": "user.deleted", "data": { "id": "has space" } }),
            json!({ "type": "user.updated", "data": { "id": "u", "email_addresses": "none" } }),
            json!({ "type": 7, "data": { "id": "u" } }),
        ] {
            let refused = read_json(&bad).unwrap_err();
            assert!(matches!(refused, Error::Invalid(_)), "{bad}: {refused}");
        }
    }
}
