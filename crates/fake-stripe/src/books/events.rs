//! Events, as the current version of the API writes them.

use serde_json::{Value, json};

use super::{API_VERSION, Books};
use crate::request::{Params, Reply};

impl Books {
    /// Writes down that something happened; the event's ID.
    pub fn emit(&mut self, kind: &str, object: &Value) -> String {
        self.emit_for(None, kind, object)
    }

    /// The same for something that happened to a connected account.
    pub(super) fn emit_for(&mut self, account: Option<&str>, kind: &str, object: &Value) -> String {
        let id = self.id("evt");
        let mut event = json!({
            "id": id, "object": "event", "api_version": API_VERSION, "created": self.now, "livemode": false,
            "pending_webhooks": 1, "request": { "id": null, "idempotency_key": null }, "type": kind,
            "data": { "object": object },
        });
        if let (Some(account), Some(fields)) = (account, event.as_object_mut()) {
            fields.insert("account".to_owned(), json!(account));
        }
        self.events.push(event);
        self.outgoing.push_back(id.clone());
        id
    }

    /// An event in the way of API v2, which names an object and does not hold it. It is in no list.
    pub fn thin_event(&mut self, kind: &str, object: &str) -> Value {
        let created = jiff::Timestamp::from_second(self.now).unwrap_or_default().to_string();
        json!({
            "id": self.id("evt_test"), "object": "v2.core.event", "type": kind, "created": created, "livemode": false,
            "context": null, "reason": null,
            "related_object": { "id": object, "type": "v2.core.account", "url": format!("/v2/core/accounts/{object}") },
        })
    }

    /// Every event, in the order they happened.
    #[must_use]
    pub fn events(&self) -> &[Value] {
        &self.events
    }

    /// The event of this ID.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Value> {
        self.events.iter().find(|event| event["id"] == id)
    }

    pub(super) fn last_event(&self, kind: &str) -> Option<String> {
        self.events.iter().rev().find(|event| event["type"] == kind)?["id"].as_str().map(str::to_owned)
    }

    /// Gives an event another ID, and counts it as taken; `None` if there is no such event.
    pub(crate) fn take_as(&mut self, id: &str, new: &str) -> Option<Value> {
        self.outgoing.retain(|waiting| waiting != id);
        let event = self.events.iter_mut().find(|event| event["id"] == id)?;
        event["id"] = json!(new);
        Some(event.clone())
    }

    /// The events that nobody has taken yet, the earliest first; they count as taken now.
    pub fn take_events(&mut self) -> Vec<Value> {
        let taken: Vec<String> = self.outgoing.drain(..).collect();
        taken.iter().filter_map(|id| self.event(id).cloned()).collect()
    }

    pub(super) fn list_events(&self, params: &Params) -> Reply {
        let wanted: Vec<&str> = params.all("types").collect();
        let is_wanted = |event: &&Value| wanted.is_empty() || wanted.iter().any(|kind| event["type"] == *kind);
        super::page(params, self.events.iter().filter(is_wanted).cloned().collect())
    }
}
