//! The protocol's answers.

use aedile_platform::flags::{Evaluation, Reason};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

pub(super) const PARSE_ERROR: &str = "PARSE_ERROR";
pub(super) const INVALID_CONTEXT: &str = "INVALID_CONTEXT";
pub(super) const FLAG_NOT_FOUND: &str = "FLAG_NOT_FOUND";
pub(super) const GENERAL: &str = "GENERAL";

/// What a flag decided. The code's own default is never asked for: all flags are boolean, and a disabled one is off.
#[derive(Serialize, JsonSchema)]
pub(super) struct Success<'a> {
    key: &'a str,
    value: bool,
    reason: Reason,
    variant: &'static str,
    metadata: Map<String, Value>,
}

impl<'a> Success<'a> {
    pub(super) fn new(key: &'a str, evaluation: Evaluation) -> Self {
        let Evaluation { value, reason } = evaluation;
        Self { key, value, reason, variant: if value { "on" } else { "off" }, metadata: Map::new() }
    }
}

/// What every flag decided.
#[derive(Serialize, JsonSchema)]
pub(super) struct Bulk<'a> {
    pub(super) flags: Vec<Success<'a>>,
}

/// Why nothing was decided.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<&'a str>,
    pub(super) error_code: &'static str,
    pub(super) error_details: String,
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn answers_have_the_fields_of_the_protocol() {
        let success = Success::new("beta", Evaluation { value: true, reason: Reason::TargetingMatch });
        assert_eq!(
            to_value(Bulk { flags: vec![success] }).unwrap(),
            json!({"flags": [{
                "key": "beta", "value": true, "reason": "TARGETING_MATCH", "variant": "on", "metadata": {}
            }]})
        );
        let failure = Failure { key: Some("beta"), error_code: FLAG_NOT_FOUND, error_details: "none".to_owned() };
        assert_eq!(
            to_value(failure).unwrap(),
            json!({"key": "beta", "errorCode": "FLAG_NOT_FOUND", "errorDetails": "none"})
        );
        let failure = Failure { key: None, error_code: GENERAL, error_details: String::new() };
        assert_eq!(to_value(failure).unwrap(), json!({"errorCode": "GENERAL", "errorDetails": ""}));
    }
}
