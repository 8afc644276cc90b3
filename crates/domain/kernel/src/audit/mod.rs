//! The record of who did what. It can't be changed, so it names people by their IDs only.

mod bounds;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::caller::{Caller, Impersonator};
use crate::change::Record;
use crate::digest::{Digest, FieldDigest};
use crate::error::Error;
use crate::id::UserId;
use crate::personal::{masked, withheld};
use crate::time::Timestamp;

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was done.
    Success,
    /// A rule refused it.
    Failure,
    /// The caller lacked the permission.
    Denied,
}

impl Status {
    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
        }
    }
}

/// Where an attempt came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The user who acted, when it was one.
    pub user_id: Option<UserId>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's own name for itself.
    pub user_agent: Option<String>,
}

/// One row of the audit log, before the store numbers it. JSON columns are text, and digested as such. Every value that a
/// caller chooses is bounded here, once, so that nobody can fill the log or make a row that a store can't keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Who acted: a user's id, `admin-key`, `console` or `system`.
    pub actor_id: String,
    /// The actor's e-mail. Only in rows of versions that sealed it.
    pub actor_email: Option<String>,
    /// What was attempted, as `noun.verb`.
    pub action: String,
    /// The kind of thing it was done to.
    pub resource_type: String,
    /// Which of them.
    pub resource_id: Option<String>,
    /// The changed fields before, as a JSON object.
    pub old_values: Option<String>,
    /// The changed fields after, as a JSON object.
    pub new_values: Option<String>,
    /// The client's address. Only in rows of versions that sealed it.
    pub ip_address: Option<String>,
    /// The client's own name for itself. Only in rows of versions that sealed it.
    pub user_agent: Option<String>,
    /// Where it came from. Kept beside the log, not sealed, and erased with the person.
    pub origin: Origin,
    /// How it ended.
    pub status: Status,
    /// Circumstances, as a JSON object: the request's id, the API key's, the reason of a refusal.
    pub metadata: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
}

impl AuditEntry {
    /// The row of a change that was made.
    #[must_use]
    pub fn of_change(caller: &Caller, action: &str, record: &Record, now: Timestamp) -> Self {
        Self {
            resource_type: record.resource_type.to_owned(),
            resource_id: Some(bounds::text(&record.resource_id, bounds::NAME)),
            old_values: record.old_values.as_ref().map(|value| bounds::values(&withheld(value, &record.personal))),
            new_values: record.new_values.as_ref().map(|value| bounds::values(&withheld(value, &record.personal))),
            ..Self::blank(caller, action, Status::Success, circumstances(caller), now)
        }
    }

    /// The row of an attempt that was refused.
    #[must_use]
    pub fn of_refusal(
        caller: &Caller,
        action: &str,
        resource_type: &str,
        resource_id: Option<&str>,
        error: &Error,
        now: Timestamp,
    ) -> Self {
        let status = if error.is_denial() { Status::Denied } else { Status::Failure };
        let mut metadata = circumstances(caller);
        metadata.insert("error".into(), bounds::text(&masked(&error.to_string()), bounds::REASON).into());
        metadata.insert("code".into(), error.code().into());
        Self {
            resource_type: resource_type.to_owned(),
            resource_id: bounded(resource_id.map(masked).as_deref(), bounds::NAME),
            ..Self::blank(caller, action, status, metadata, now)
        }
    }

    fn blank(caller: &Caller, action: &str, status: Status, metadata: Map<String, Value>, now: Timestamp) -> Self {
        Self {
            actor_id: bounds::text(&caller.actor_id, bounds::NAME),
            actor_email: None,
            action: action.to_owned(),
            resource_type: String::new(),
            resource_id: None,
            old_values: None,
            new_values: None,
            ip_address: None,
            user_agent: None,
            origin: Origin {
                user_id: caller.user_id.clone(),
                ip_address: bounded(caller.request.ip_address.as_deref(), bounds::ADDRESS),
                user_agent: bounded(caller.request.user_agent.as_deref(), bounds::NAME),
            },
            status,
            metadata: (!metadata.is_empty()).then(|| Value::Object(metadata).to_string()),
            created_at: now,
        }
    }

    /// The digest of the row's sealed content, from which the seals of the audit chain are made.
    #[must_use]
    pub fn digest(&self) -> Digest {
        FieldDigest::default()
            .field(self.actor_id.as_bytes())
            .optional(self.actor_email.as_deref())
            .field(self.action.as_bytes())
            .field(self.resource_type.as_bytes())
            .optional(self.resource_id.as_deref())
            .optional(self.old_values.as_deref())
            .optional(self.new_values.as_deref())
            .optional(self.ip_address.as_deref())
            .optional(self.user_agent.as_deref())
            .field(self.status.as_str().as_bytes())
            .optional(self.metadata.as_deref())
            .field(&self.created_at.as_micros().to_be_bytes())
            .finish()
    }
}

fn circumstances(caller: &Caller) -> Map<String, Value> {
    let mut metadata = Map::new();
    if let Some(id) = &caller.request.id {
        metadata.insert("request_id".into(), bounds::text(id, bounds::REQUEST_ID).into());
    }
    if let Some(Impersonator { impersonation_id, user_id }) = &caller.impersonator {
        metadata.insert("acted_by".into(), user_id.as_str().into());
        metadata.insert("impersonation_id".into(), (*impersonation_id).into());
    } else if let Some(id) = &caller.request.acted_by {
        metadata.insert("acted_by".into(), bounds::text(id, bounds::NAME).into());
    }
    if let Some(id) = caller.credential.api_key_id() {
        metadata.insert("api_key_id".into(), bounds::text(id, bounds::NAME).into());
    }
    metadata
}

fn bounded(value: Option<&str>, most: usize) -> Option<String> {
    value.map(|value| bounds::text(value, most))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Request;
    use crate::mock::NOW;

    #[test]
    fn whatever_a_caller_sends_makes_a_small_row() {
        let long = "ä".repeat(1 << 20);
        let request = Request {
            id: Some(long.clone()),
            ip_address: Some(long.clone()),
            user_agent: Some(long.clone()),
            acted_by: Some(long.clone()),
            is_outside_admin_networks: false,
        };
        let caller = Caller { email: Some(long.clone()), request, ..Caller::anonymous() };
        let error = Error::conflict(long.clone());
        let row = AuditEntry::of_refusal(&caller, "a.b", "b", Some(&long), &error, Timestamp::from_micros(NOW));
        let texts = [&row.resource_id, &row.origin.user_agent, &row.origin.ip_address, &row.metadata];
        let bytes: usize = texts.into_iter().map(|text| text.as_ref().unwrap().len()).sum();
        assert!(bytes < 4_096, "{bytes}");
        let record = Record {
            action: None,
            resource_type: "b",
            resource_id: long.clone(),
            old_values: None,
            new_values: Some(serde_json::json!({ "name": long })),
            personal: Vec::new(),
        };
        let row = AuditEntry::of_change(&caller, "a.b", &record, Timestamp::from_micros(NOW));
        assert!(row.new_values.unwrap().contains("(truncated)"));
        assert_eq!(row.resource_id.unwrap().chars().count(), 256);
    }
}
