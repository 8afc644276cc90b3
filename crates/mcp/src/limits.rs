//! What a session may do at most.

use std::sync::{Mutex, MutexGuard, PoisonError};

use aedile_kernel::{Effect, MicroUsd, Permission};
use clap::Args;
use clap::builder::BoolishValueParser;
use serde_json::Value;

use crate::backend::{OfferedOperation, ToolRefusal};

/// What an agent may do.
#[derive(Debug, Clone, Args)]
pub struct Limits {
    /// Offer operations that make changes; without it, the agent is read-only
    #[arg(long, env = "AEDILE_MCP_ALLOW_WRITE", value_parser = BoolishValueParser::new())]
    pub allow_write: bool,
    /// Offer only these nouns, such as user,flag
    #[arg(long, env = "AEDILE_MCP_ONLY", value_delimiter = ',', value_name = "NOUN")]
    pub only: Vec<String>,
    /// Maximum US dollars that a session may grant, in wallets and vouchers
    #[arg(long, env = "AEDILE_MCP_MAX_GRANTED", default_value = "100", value_name = "USD", value_parser = MicroUsd::parse)]
    pub max_granted: MicroUsd,
    /// Maximum number of refunds that a session may issue
    #[arg(long, env = "AEDILE_MCP_MAX_REFUNDS", default_value_t = 5, value_name = "N")]
    pub max_refunds: u32,
    /// Maximum number of changes that a session may make
    #[arg(long, env = "AEDILE_MCP_MAX_CHANGES", default_value_t = 100, value_name = "N")]
    pub max_changes: u32,
}

impl Limits {
    /// Whether an operation is offered at all.
    pub(crate) fn offer(&self, operation: &OfferedOperation) -> bool {
        let noun = operation.name.split('.').next().unwrap_or_default();
        let is_named = |only: &String| {
            let only = only.trim().replace('-', "_");
            only == noun || only.strip_suffix('s') == Some(noun)
        };
        (self.allow_write || operation.effect == Effect::Read)
            && (self.only.is_empty() || self.only.iter().any(is_named))
    }
}

/// What a session has done.
#[derive(Debug, Default)]
pub(crate) struct Spent(Mutex<Sum>);

#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    granted: i64,
    refunds: u32,
    changes: u32,
}

impl Spent {
    /// Counts a change before it is made.
    pub(crate) fn count(
        &self,
        limits: &Limits,
        operation: &OfferedOperation,
        input: &Value,
    ) -> Result<(), ToolRefusal> {
        let mut sum = self.sum();
        let after = sum.and(operation, input);
        let told = |what: &str, most: &dyn std::fmt::Display| {
            Err(ToolRefusal::certainly(format!(
                "this session may {what} at most {most}: a person has to go on from here"
            )))
        };
        if after.granted > limits.max_granted.0 {
            return told("grant in all", &format_args!("{} dollars", limits.max_granted));
        }
        if after.refunds > limits.max_refunds {
            return told("issue", &format_args!("{} refunds", limits.max_refunds));
        }
        if after.changes > limits.max_changes {
            return told("make", &format_args!("{} changes", limits.max_changes));
        }
        *sum = after;
        Ok(())
    }

    /// Takes a change back that was not made.
    pub(crate) fn take_back(&self, operation: &OfferedOperation, input: &Value) {
        let mut sum = self.sum();
        let one = Sum::default().and(operation, input);
        *sum = Sum {
            granted: sum.granted.saturating_sub(one.granted),
            refunds: sum.refunds.saturating_sub(one.refunds),
            changes: sum.changes.saturating_sub(one.changes),
        };
    }

    fn sum(&self) -> MutexGuard<'_, Sum> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sum {
    fn and(self, operation: &OfferedOperation, input: &Value) -> Self {
        let granted = self.granted.saturating_add(granted(operation, input));
        let refunds = self.refunds.saturating_add((operation.permission == Permission::BillingRefund.as_str()).into());
        Self { granted, refunds, changes: self.changes.saturating_add(1) }
    }
}

/// How many millionths of a dollar an operation gives away; what takes away gives nothing back to the session.
fn granted(operation: &OfferedOperation, input: &Value) -> i64 {
    let factor = |name: &String| match input.get(name) {
        Some(Value::String(dollars)) => MicroUsd::parse(dollars).map_or(0, |amount| amount.0.max(0)),
        Some(number) => number.as_i64().unwrap_or(1).max(1),
        None => 1,
    };
    if operation.gives_away.is_empty() {
        0
    } else {
        operation.gives_away.iter().map(factor).fold(1, i64::saturating_mul)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn limits() -> Limits {
        Limits {
            allow_write: true,
            only: Vec::new(),
            max_granted: MicroUsd(10_000_000),
            max_refunds: 1,
            max_changes: 3,
        }
    }

    fn operation(name: &str, effect: Effect) -> OfferedOperation {
        OfferedOperation {
            name: name.into(),
            summary: String::new(),
            effect,
            permission: String::new(),
            idempotent: false,
            reaches_out: false,
            gives_away: Vec::new(),
            input: serde_json::Map::new(),
            output: serde_json::Map::new(),
        }
    }

    fn giving(name: &str, gives_away: &[&str]) -> OfferedOperation {
        let gives_away = gives_away.iter().map(ToString::to_string).collect();
        OfferedOperation { gives_away, ..operation(name, Effect::Write) }
    }

    #[test]
    fn a_session_ends_where_its_limits_are() {
        let (limits, spent) = (limits(), Spent::default());
        let gift = giving("credits.grant", &["amount"]);
        let grant = |amount: &str| spent.count(&limits, &gift, &json!({ "amount": amount }));
        assert!(grant("10.01").is_err());
        assert!(grant("9").is_ok() && grant("2").is_err());
        spent.take_back(&gift, &json!({ "amount": "9" }));
        assert!(grant("10").is_ok() && grant("-5").is_ok() && grant("0.01").is_err(), "taking away frees nothing");
        let refund =
            OfferedOperation { permission: "billing:refund".into(), ..operation("refund.issue", Effect::Write) };
        assert!(spent.count(&limits, &refund, &json!({})).is_ok());
        let update = operation("flag.update", Effect::Write);
        assert!(spent.count(&limits, &update, &json!({})).is_err(), "three changes were made");
    }

    #[test]
    fn vouchers_count_for_all_their_uses() {
        let vouchers = giving("voucher.mint", &["amount", "count", "max_uses"]);
        let mint = |input: Value| Spent::default().count(&limits(), &vouchers, &input);
        assert!(mint(json!({ "amount": "1", "count": 5, "max_uses": 2 })).is_ok());
        assert!(mint(json!({ "amount": "1", "count": 6, "max_uses": 2 })).is_err());
        assert!(mint(json!({ "amount": "1", "count": i64::MAX, "max_uses": i64::MAX })).is_err());
    }

    #[test]
    fn what_is_not_wanted_is_not_offered() {
        let reading = Limits { allow_write: false, ..limits() };
        assert!(reading.offer(&operation("user.list", Effect::Read)));
        assert!(!reading.offer(&operation("user.delete", Effect::Destructive)));
        let only = Limits { only: vec!["users".into(), "api-key".into()], ..limits() };
        assert!(
            only.offer(&operation("user.get", Effect::Read)) && only.offer(&operation("api_key.list", Effect::Read))
        );
        assert!(!only.offer(&operation("flag.list", Effect::Read)));
    }
}
