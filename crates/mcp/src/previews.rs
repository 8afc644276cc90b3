//! Tokens of what was shown before it is done.

use std::sync::Arc;
use std::time::Duration;

use aedile_kernel::Entropy;
use aedile_kernel::digest::Digest;
use aedile_kernel::preview::digest;
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

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_good_once_and_for_what_was_shown() {
        let previews = Previews::new(Arc::new(SeededEntropy::default()));
        let shown = json!({ "records": [{ "resource_id": "a", "old_values": {}, "new_values": { "status": "held", "updated_at": "2026-01-15T10:30:00Z" } }] });
        let later = json!({ "records": [{ "resource_id": "a", "old_values": {}, "new_values": { "status": "held", "updated_at": "2026-01-15T10:31:00Z" } }] });
        let other = json!({ "records": [{ "resource_id": "b", "old_values": {}, "new_values": { "status": "held", "updated_at": "2026-01-15T10:30:00Z" } }] });
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
}
