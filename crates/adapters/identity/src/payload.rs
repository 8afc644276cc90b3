//! What the identity provider's events look like inside.

use aedile_accounts::provider_events::{Delivery, EventStamp, News, ProviderEvent};
use aedile_accounts::{ProvisionUser, Told};
use aedile_kernel::{Error, Result, Timestamp, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    event_type: String,
    data: Value,
}

/// Only the ID decides anything, so nothing else makes an event unreadable. What has another type than it should tells nothing.
#[derive(Deserialize)]
struct UserData {
    id: UserId,
    #[serde(flatten)]
    rest: Map<String, Value>,
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
            let (at, is_banned) = (user.changed_at().unwrap_or(sent_at), user.is_banned());
            (at, News::Changed { user: user.identity(), is_banned })
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
    /// In milliseconds since 1970.
    fn changed_at(&self) -> Option<Timestamp> {
        let millis = self.rest.get("updated_at").and_then(Value::as_i64);
        millis.map(|millis| Timestamp::from_micros(millis.saturating_mul(1_000)))
    }

    /// What has another type tells nothing: neither that the user is banned nor that they no longer are.
    fn is_banned(&self) -> Option<bool> {
        self.rest.get("banned").and_then(Value::as_bool)
    }

    fn identity(self) -> ProvisionUser {
        let (email, email_verified) = self.email();
        ProvisionUser { email, email_verified, display_name: self.name(), id: self.id }
    }

    /// Both parts of a name that is given up are there, and hold nothing.
    fn name(&self) -> Told {
        let parts = ["first_name", "last_name"].map(|part| self.rest.get(part));
        let is_none = |part: &Value| part.is_null() || part.as_str().is_some_and(|text| text.trim().is_empty());
        let texts = parts.iter().flatten().filter_map(|part| part.as_str());
        let texts: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty()).collect();
        match texts.as_slice() {
            [] if parts.iter().all(|part| part.is_some_and(is_none)) => Told::GivenUp,
            [] => Told::Nothing,
            texts => Told::Is(texts.join(" ")),
        }
    }

    /// The primary address, and whether it was verified. It is given up when there is a list and no primary one in it.
    fn email(&self) -> (Told, bool) {
        let Some(addresses) = self.rest.get("email_addresses").and_then(Value::as_array) else {
            return (Told::Nothing, false);
        };
        let primary = match self.rest.get("primary_email_address_id") {
            _ if addresses.is_empty() => return (Told::GivenUp, false),
            Some(Value::Null) => return (Told::GivenUp, false),
            primary => primary.and_then(Value::as_str),
        };
        let is_primary = |address: &&Value| primary.is_some() && address.get("id").and_then(Value::as_str) == primary;
        let Some(address) = addresses.iter().find(is_primary) else { return (Told::Nothing, false) };
        let status = address.get("verification").and_then(|verification| verification.get("status"));
        let email = address.get("email_address").and_then(Value::as_str).map(str::to_owned);
        (email.into(), status.and_then(Value::as_str) == Some("verified"))
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
        let News::Changed { user, .. } = event.news else { panic!("{event:?}") };
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
        assert_eq!((user.id.as_str(), user.display_name), ("user_ada", "Ada Lovelace".into()));
        assert_eq!((user.email, user.email_verified), ("ada@example.com".into(), false));
        data["email_addresses"][1]["verification"]["status"] = "verified".into();
        assert!(changed(&data).1.email_verified);
        data["email_addresses"][1]["verification"] = Value::Null;
        assert!(!changed(&data).1.email_verified);
        data["primary_email_address_id"] = Value::Null;
        assert_eq!(changed(&data).1.email, Told::GivenUp);
    }

    #[test]
    fn what_is_not_told_and_what_is_given_up_are_two_things() {
        let nothing = (Told::Nothing, Told::Nothing);
        let told = |data: Value| {
            let (at, user) = changed(&data);
            assert_eq!(at, Timestamp::from_seconds(9));
            (user.email, user.display_name)
        };
        assert_eq!(told(json!({ "id": "u" })), nothing);
        assert_eq!(told(json!({ "id": "u", "first_name": "", "last_name": null })), (Told::Nothing, Told::GivenUp));
        assert_eq!(told(json!({ "id": "u", "first_name": null })), nothing, "of the last name nothing is told");
        assert_eq!(told(json!({ "id": "u", "last_name": "L" })), (Told::Nothing, "L".into()));
        assert_eq!(told(json!({ "id": "u", "email_addresses": [] })), (Told::GivenUp, Told::Nothing));
        let address = json!([{ "id": "idn_1", "email_address": "a@example.com" }]);
        for (primary, expected) in
            [(json!(null), Told::GivenUp), (json!("idn_1"), "a@example.com".into()), (json!("idn_9"), Told::Nothing)]
        {
            let data = json!({ "id": "u", "email_addresses": address, "primary_email_address_id": primary });
            assert_eq!(told(data).0, expected, "{primary}");
        }
        assert_eq!(told(json!({ "id": "u", "email_addresses": address })), nothing, "which is primary is not told");
    }

    #[test]
    fn a_ban_is_told_or_lifted_in_so_many_words() {
        for (told, expected) in
            [(json!(true), Some(true)), (json!(false), Some(false)), (json!("true"), None), (json!(null), None)]
        {
            let body = json!({ "type": "user.updated", "data": { "id": "user_ada", "banned": told } });
            let News::Changed { is_banned, .. } = read_json(&body).unwrap().unwrap().news else { panic!("changed") };
            assert_eq!(is_banned, expected, "{told}");
        }
    }

    #[test]
    fn what_decides_nothing_makes_no_event_unreadable() {
        for odd in [json!(7), json!("text"), json!([[]]), json!({ "a": 1 }), json!(true), json!(null)] {
            for field in
                ["first_name", "last_name", "primary_email_address_id", "email_addresses", "updated_at", "other"]
            {
                let (_, user) = changed(&json!({ "id": "user_ada", field: odd }));
                assert_eq!(user.id.as_str(), "user_ada", "{field}: {odd}");
            }
            let addresses = json!([odd, { "id": odd, "email_address": odd, "verification": odd }]);
            let data = json!({ "id": "user_ada", "email_addresses": addresses, "primary_email_address_id": "idn_1" });
            assert_eq!(changed(&data).1.email, Told::Nothing, "{odd}");
        }
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
            json!({ "type": "user.updated", "data": { "id": 7 } }),
            json!({ "type": 7, "data": { "id": "u" } }),
        ] {
            let refused = read_json(&bad).unwrap_err();
            assert!(matches!(refused, Error::Invalid(_)), "{bad}: {refused}");
        }
    }
}
