//! What an installation's settings decide for rules.

use std::str::FromStr;

use crate::money::MicroUsd;
use crate::time::Timestamp;

/// Values that belong to the server: no input names them, so no caller can choose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The days between a request to delete one's account and its deletion.
    pub deletion_grace_days: u16,
    /// The marketplace's share of a sale, in ten-thousandths.
    pub platform_fee_bps: u32,
    /// What the gateway says of a request that no endpoint override covers.
    pub gateway_default: GatewayDefault,
    /// How long local sessions last.
    pub sessions: SessionPolicy,
    /// When people are asked once more who they are.
    pub step_up: StepUpPolicy,
}

/// How long local sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// The seconds after which a session ends, however much it is used.
    pub lifetime_seconds: i64,
    /// The seconds without use after which it ends.
    pub idle_seconds: i64,
}

/// When people are asked once more who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUpPolicy {
    /// For how many seconds a proof counts as recent.
    pub recent_seconds: i64,
    /// Refunds and grants of more than this ask for a recent proof.
    pub above: MicroUsd,
}

impl SessionPolicy {
    /// A session that was last used before this is over.
    #[must_use]
    pub fn idle_since(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-self.idle_seconds)
    }
}

impl Policy {
    /// What holds where nothing is set.
    pub const DEFAULT: Self = Self {
        deletion_grace_days: 30,
        platform_fee_bps: 1_500,
        gateway_default: GatewayDefault::Allow,
        sessions: SessionPolicy { lifetime_seconds: 12 * 60 * 60, idle_seconds: 2 * 60 * 60 },
        step_up: StepUpPolicy { recent_seconds: 10 * 60, above: MicroUsd(100_000_000) },
    };
}

/// What the gateway says where no endpoint override applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayDefault {
    /// The request may pass.
    Allow,
    /// It may not, whoever asks.
    Deny,
}

impl FromStr for GatewayDefault {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "allow" => Ok(Self::Allow),
            "deny" => Ok(Self::Deny),
            _ => Err("must be allow or deny"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateways_default_is_read_as_it_is_written() {
        assert_eq!("deny".parse(), Ok(GatewayDefault::Deny));
        assert_eq!("allow".parse(), Ok(GatewayDefault::Allow));
        for text in ["", "Deny", "refuse", " deny"] {
            assert!(text.parse::<GatewayDefault>().is_err(), "{text}");
        }
    }
}
