//! Tokens of what was shown before it is done.

use std::sync::Arc;
use std::time::Duration;

use aedile_kernel::Entropy;
use aedile_kernel::digest::{Digest, FieldDigest};
use aedile_kernel::time::random_bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use serde_json::Value;

/// How long somebody may think about it.
pub(crate) const LASTS: Duration = Duration::from_secs(300);
/// The most that wait at a time.
const MOST: u64 = 1_000;

/// What was shown, by its token. A token is good once.
pub(crate) struct Previews {
    shown: Cache<String, Digest>,
    entropy: Arc<dyn Entropy>,
}

impl Previews {
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { shown: Cache::builder().time_to_live(LASTS).max_capacity(MOST).build(), entropy }
    }

    /// A token for what was shown of an operation on this input.
    pub(crate) fn remember(&self, operation: &str, input: &Value, shown: &Value) -> String {
        let token = URL_SAFE_NO_PAD.encode(random_bytes::<24>(self.entropy.as_ref()));
        self.shown.insert(token.clone(), digest(operation, input, shown));
        token
    }

    /// Uses a token up; whether it was for the same operation and input, which would still do the same.
    pub(crate) fn redeem(&self, token: &str, operation: &str, input: &Value, shown: &Value) -> bool {
        self.shown.remove(token).is_some_and(|known| known == digest(operation, input, shown))
    }
}

/// Of what an operation would change, without what no two rehearsals have in common.
fn digest(operation: &str, input: &Value, shown: &Value) -> Digest {
    let mut records = shown.get("records").cloned().unwrap_or_default();
    forget_times(&mut records);
    records.as_array_mut().into_iter().flatten().for_each(forget_number);
    let digest = FieldDigest::default().field(operation.as_bytes()).field(input.to_string().as_bytes());
    digest.field(records.to_string().as_bytes()).finish()
}

/// A rehearsal a minute later has other times in it, and does the same.
fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.ends_with("_at"));
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

/// What would be added gets another number at each rehearsal: PostgreSQL's sequences don't go back. What it would be added to
/// stands in the input.
fn forget_number(record: &mut Value) {
    let is_new = record.get("old_values").is_none_or(Value::is_null);
    let added = record.get_mut("new_values").and_then(Value::as_object_mut).filter(|_| is_new);
    if added.and_then(|added| added.remove("id")).is_some()
        && let Some(fields) = record.as_object_mut()
    {
        fields.remove("resource_id");
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_good_once_and_for_what_was_shown() {
        let previews = Previews::new(Arc::new(SeededEntropy::default()));
        let shown = json!({ "records": [{ "resource_id": "a", "new_values": { "status": "held", "updated_at": 1 } }] });
        let later = json!({ "records": [{ "resource_id": "a", "new_values": { "status": "held", "updated_at": 2 } }] });
        let other = json!({ "records": [{ "resource_id": "b", "new_values": { "status": "held", "updated_at": 1 } }] });
        let input = json!({ "user_id": "a" });
        let token = || previews.remember("account.hold", &input, &shown);
        let first = token();
        assert!(previews.redeem(&first, "account.hold", &input, &later));
        assert!(!previews.redeem(&first, "account.hold", &input, &later), "twice");
        assert!(!previews.redeem(&token(), "account.hold", &input, &other), "it would do something else");
        assert!(!previews.redeem(&token(), "account.hold", &json!({ "user_id": "b" }), &shown));
        assert!(!previews.redeem(&token(), "account.release", &input, &shown));
        assert!(!previews.redeem("guessed", "account.hold", &input, &shown));
    }

    #[test]
    fn what_would_be_added_may_have_another_number() {
        let added = |resource: &str, id: i64, cents: i64| json!({ "records": [{ "resource_id": resource, "new_values": { "id": id, "amount_cents": cents } }] });
        let input = json!({ "purchase": 1 });
        let of = |shown: &Value| digest("refund.issue", &input, shown);
        assert_eq!(of(&added("1", 7, 999)), of(&added("1", 8, 999)));
        assert_eq!(of(&added("7", 7, 999)), of(&added("8", 8, 999)));
        assert_eq!(of(&added("7", 7, 999)), of(&added("7", 8, 999)), "by chance the number of what it is added to");
        assert_ne!(of(&added("1", 7, 999)), of(&added("1", 7, 333)));
        assert_ne!(of(&added("1", 7, 999)), digest("refund.issue", &json!({ "purchase": 2 }), &added("1", 7, 999)));
        let changed = |id: i64| json!({ "records": [{ "old_values": { "id": 1 }, "new_values": { "id": id } }] });
        assert_ne!(of(&changed(1)), of(&changed(2)), "what is there already keeps its number");
    }
}
