//! What a command did.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::event::Event;
use crate::invalidation::Topic;
use crate::personal;

/// One record that was changed; becomes one row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The action, when it is not the operation's own name.
    pub action: Option<&'static str>,
    /// The kind of thing, such as `tier_config`.
    pub resource_type: &'static str,
    /// Which of them.
    pub resource_id: String,
    /// The changed fields before; `None` when it did not exist.
    pub old_values: Option<Value>,
    /// The changed fields after; `None` when it no longer exists.
    pub new_values: Option<Value>,
    /// JSON pointers (RFC 6901) of the values that are personal data, which the audit log must not keep.
    #[serde(skip_serializing)]
    pub personal: Vec<String>,
}

/// Work for the world outside the database, done after the commit, at least once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Which worker takes it.
    pub topic: String,
    /// What the worker needs.
    pub payload: Value,
}

/// What a command did: its answer, the records it changed, and what must follow the commit.
#[derive(Debug, Clone)]
#[must_use = "a change that is not returned is not audited"]
pub struct Change<T> {
    pub(crate) output: T,
    pub(crate) records: Vec<Record>,
    pub(crate) messages: Vec<Message>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) events: Vec<Event>,
    /// Why a record can't be written as JSON. The runner refuses such a change: it could not be audited.
    pub(crate) unwritable: Option<String>,
}

impl Change<()> {
    /// A change of one record. Add its state `before` (unless it is new) and `after` (unless it is removed).
    #[expect(clippy::needless_pass_by_value, reason = "an id is passed as it comes: a number, a text, a reference")]
    pub fn of(resource_type: &'static str, resource_id: impl ToString) -> Self {
        let record = Record {
            action: None,
            resource_type,
            resource_id: resource_id.to_string(),
            old_values: None,
            new_values: None,
            personal: Vec::new(),
        };
        Self { records: vec![record], ..Self::none() }
    }

    /// No change at all: the state already is what was asked for.
    pub fn none() -> Self {
        Self {
            output: (),
            records: Vec::new(),
            messages: Vec::new(),
            topics: Vec::new(),
            events: Vec::new(),
            unwritable: None,
        }
    }
}

impl<T> Change<T> {
    /// Sets the last record's state before the change.
    pub fn before(mut self, before: &impl Serialize) -> Self {
        self.set(before, |record, value| record.old_values = Some(value));
        self.narrowed()
    }

    /// Sets the last record's state after the change.
    pub fn after(mut self, after: &impl Serialize) -> Self {
        self.set(after, |record, value| record.new_values = Some(value));
        self.narrowed()
    }

    fn set(&mut self, value: &impl Serialize, put: impl FnOnce(&mut Record, Value)) {
        let Some(record) = self.records.last_mut() else { return };
        match personal::to_value(value) {
            Ok((value, personal)) => {
                put(record, value);
                record.personal.extend(personal);
            }
            Err(error) => self.unwritable = Some(error.to_string()),
        }
    }

    /// Says which of the last record's fields are personal data, beside those that are marked where they are declared.
    pub fn personal(mut self, fields: &[&str]) -> Self {
        if let Some(record) = self.records.last_mut() {
            record.personal.extend(fields.iter().map(|field| format!("/{field}")));
        }
        self
    }

    /// Names the last record's action, when it differs from the operation's name.
    pub fn as_action(mut self, action: &'static str) -> Self {
        if let Some(record) = self.records.last_mut() {
            record.action = Some(action);
        }
        self
    }

    /// Adds the records, messages, topics and events of another change; its answer is dropped.
    pub fn and<U>(mut self, other: Change<U>) -> Self {
        self.records.extend(other.records);
        self.messages.extend(other.messages);
        self.topics.extend(other.topics);
        self.events.extend(other.events);
        self.unwritable = self.unwritable.or(other.unwritable);
        self
    }

    /// Leaves a message for a worker.
    pub fn send(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// Invalidates the caches of a topic after the commit.
    pub fn invalidate(mut self, topic: Topic) -> Self {
        self.topics.push(topic);
        self
    }

    /// Emits an event to other domains, which act on it in the same transaction.
    pub fn emit(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// Gives the answer.
    pub fn returning<U>(self, output: U) -> Change<U> {
        let Self { output: _, records, messages, topics, events, unwritable } = self;
        Change { output, records, messages, topics, events, unwritable }
    }

    /// The answer, for tests of rules.
    #[must_use]
    pub fn output(&self) -> &T {
        &self.output
    }

    /// The changed records, for tests of rules.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// What other domains are told, for tests of rules.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Once both sides are known, keeps only the fields that differ, and drops a record without any.
    fn narrowed(mut self) -> Self {
        let Some(record) = self.records.last_mut() else { return self };
        if let (Some(Value::Object(old)), Some(Value::Object(new))) = (&mut record.old_values, &mut record.new_values) {
            keep_differences(old, new);
            if old.is_empty() && new.is_empty() {
                self.records.pop();
            }
        }
        self
    }
}

/// When a record was last touched says nothing that the audit row's own time does not.
const TOUCHED: &str = "updated_at";

fn keep_differences(old: &mut Map<String, Value>, new: &mut Map<String, Value>) {
    old.remove(TOUCHED);
    new.remove(TOUCHED);
    let same: Vec<String> = old.iter().filter(|(k, v)| new.get(*k) == Some(v)).map(|(k, _)| k.clone()).collect();
    for key in same {
        old.remove(&key);
        new.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let before = json!({"rate_limit": 300, "name": "pro", "updated_at": 1});
        let after = json!({"rate_limit": 500, "name": "pro", "updated_at": 2});
        let change = Change::of("tier_config", "pro").before(&before).after(&after);
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.old_values, Some(json!({"rate_limit": 300})));
        assert_eq!(record.new_values, Some(json!({"rate_limit": 500})));
    }

    #[test]
    fn a_change_to_the_same_is_no_change() {
        let state = json!({"rate_limit": 300});
        assert!(Change::of("tier_config", "pro").before(&state).after(&state).records().is_empty());
    }

    #[test]
    fn creation_and_removal_keep_everything() {
        let state = json!({"rate_limit": 300});
        assert_eq!(Change::of("t", 1).after(&state).records()[0].old_values, None);
        assert_eq!(Change::of("t", 1).before(&state).records()[0].new_values, None);
    }
}
