//! For whom flags are evaluated.
//!
//! Callers get what they get elsewhere: anonymous ones as the tier `anonymous`, users for themself. To name another
//! `targetingKey` needs `flags:read`, whoever asks: an anonymous caller who sends one is told to sign in, since a key
//! that is silently ignored would look like an answer about that user.

use std::borrow::Cow;

use aedile_kernel::{Caller, Error, Permission};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::answers::{INVALID_CONTEXT, PARSE_ERROR};
use crate::refusal::Refusal;

/// A request that the protocol answers with a code of its own, or that is refused as everywhere.
#[derive(Debug)]
pub(super) enum Problem {
    Fault { code: &'static str, details: String },
    Refused(Refusal),
}

impl Problem {
    fn fault(code: &'static str, details: &str) -> Self {
        Self::Fault { code, details: details.to_owned() }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Refused(error.into())
    }
}

/// What the evaluation context says. Attributes that flags don't look at are left alone.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EvaluationContext {
    /// Whose flags; an empty key is none.
    pub(super) targeting_key: Option<String>,
    /// The tier to evaluate as, where the caller may choose.
    pub(super) tier: Option<String>,
}

/// As it stands in a request.
impl JsonSchema for EvaluationContext {
    fn schema_name() -> Cow<'static, str> {
        "EvaluationContext".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "For whom flags are evaluated; the caller when nothing is said.",
            "properties": {
                "context": {
                    "type": "object",
                    "properties": {
                        "targetingKey": { "type": ["string", "null"], "description": "Whose flags.", "examples": ["user_2abc123"] },
                        "tier": { "type": ["string", "null"], "description": "The tier to evaluate as.", "examples": ["pro"] },
                    },
                },
            },
        })
    }
}

impl EvaluationContext {
    /// Reads the context from a request's body, for `caller`.
    pub(super) fn read(body: &Value, caller: &Caller) -> Result<Self, Problem> {
        let none = Map::new();
        let body = body.as_object().ok_or_else(|| Problem::fault(PARSE_ERROR, "the body must be an object"))?;
        let context = match body.get("context") {
            None => &none,
            Some(Value::Object(context)) => context,
            Some(_) => return Err(Problem::fault(INVALID_CONTEXT, "context must be an object")),
        };
        let tier = if may_choose(caller) { text(context, "tier")? } else { None };
        Ok(Self { targeting_key: text(context, "targetingKey")?, tier })
    }

    /// The key of somebody other than the caller.
    pub(super) fn other_than(&self, caller: &Caller) -> Result<Option<&str>, Error> {
        let own = caller.user_id.as_ref().map(aedile_kernel::UserId::as_str);
        match self.targeting_key.as_deref() {
            None => Ok(None),
            key if key == own => Ok(None),
            key if may_choose(caller) => Ok(key),
            _ if own.is_none() => Err(Error::unauthenticated("a credential is needed to send a targetingKey")),
            _ => Err(Error::Denied(Permission::FlagsRead)),
        }
    }
}

fn may_choose(caller: &Caller) -> bool {
    caller.permissions.contains(Permission::FlagsRead)
}

fn text(context: &Map<String, Value>, name: &str) -> Result<Option<String>, Problem> {
    match context.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(Problem::fault(INVALID_CONTEXT, &format!("{name} must be a string"))),
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::{Credential, PermissionSet, UserId};
    use serde_json::json;

    use super::*;

    fn user(permissions: &[Permission]) -> Caller {
        let permissions = PermissionSet::USER.union(permissions.iter().copied().collect());
        Caller::user(&UserId::parse("user_a").unwrap(), None, Credential::LocalToken, permissions)
    }

    fn reader() -> Caller {
        user(&[Permission::FlagsRead])
    }

    fn read(body: &Value, caller: &Caller) -> Result<EvaluationContext, &'static str> {
        EvaluationContext::read(body, caller).map_err(|problem| match problem {
            Problem::Fault { code, .. } => code,
            Problem::Refused(_) => "refused",
        })
    }

    fn other(key: &str, caller: &Caller) -> Result<Option<String>, Error> {
        let context = read(&json!({"context": {"targetingKey": key}}), caller).unwrap();
        context.other_than(caller).map(|key| key.map(str::to_owned))
    }

    #[test]
    fn callers_are_evaluated_for_themselves() {
        for caller in [Caller::anonymous(), user(&[]), reader()] {
            for body in [json!({}), json!({"context": {}}), json!({"context": {"targetingKey": null, "plan": [1]}})] {
                assert_eq!(read(&body, &caller).unwrap().other_than(&caller).unwrap(), None, "{body}");
            }
            assert_eq!(other("", &caller).unwrap(), None, "an empty key is none");
        }
        assert_eq!(other("user_a", &user(&[])).unwrap(), None);
        assert_eq!(other("user_a", &reader()).unwrap(), None);
    }

    #[test]
    fn another_key_needs_flags_read() {
        assert_eq!(other("user_b", &reader()).unwrap().as_deref(), Some("user_b"));
        assert!(matches!(other("user_b", &user(&[])), Err(Error::Denied(Permission::FlagsRead))));
        assert!(matches!(other("user_b", &user(&[Permission::FlagsWrite])), Err(Error::Denied(_))));
        assert!(matches!(other("user_b", &Caller::anonymous()), Err(Error::Unauthenticated(_))));
    }

    #[test]
    fn only_who_may_ask_for_others_chooses_a_tier() {
        let body = json!({"context": {"tier": "pro"}});
        assert_eq!(read(&body, &reader()).unwrap().tier.as_deref(), Some("pro"));
        assert_eq!(read(&body, &user(&[])).unwrap().tier, None);
        assert_eq!(read(&json!({"context": {"tier": 1}}), &user(&[])).unwrap().tier, None, "not looked at");
    }

    #[test]
    fn what_does_not_fit_has_a_code() {
        for body in [json!([]), json!("x"), json!(null), json!(1)] {
            assert_eq!(read(&body, &reader()), Err(PARSE_ERROR), "{body}");
        }
        for context in [json!(null), json!([]), json!("x"), json!({"targetingKey": 7}), json!({"tier": true})] {
            assert_eq!(read(&json!({"context": context.clone()}), &reader()), Err(INVALID_CONTEXT), "{context}");
        }
    }
}
