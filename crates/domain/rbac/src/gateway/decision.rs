//! What the gateway says about a request.

use aedile_kernel::{Error, Result};

use crate::endpoints::EndpointOverride;
use crate::tiers::ANONYMOUS;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayCaller<'a> {
    /// The name of the tier the caller has.
    pub tier: &'a str,
    /// Whether the caller showed a valid credential; without one the tier is `anonymous`, whatever `tier` says.
    pub signed_in: bool,
}

impl<'a> GatewayCaller<'a> {
    /// A caller without a credential.
    pub const ANONYMOUS: Self = Self { tier: ANONYMOUS, signed_in: false };

    /// A signed-in caller of this tier.
    #[must_use]
    pub const fn of_tier(tier: &'a str) -> Self {
        Self { tier, signed_in: true }
    }
}

/// Whether a request of this method only reads: a safe method (RFC 9110, section 9.2.1), in upper case as they are defined.
#[must_use]
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// Whether a request may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It may.
    Allow,
    /// A credential is needed: 401.
    NeedsSignIn,
    /// The caller is known and may not: 403.
    Forbidden {
        /// Why, as a sentence the caller may read.
        reason: &'a str,
    },
}

/// A verdict, and the override it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// Whether the request may pass.
    pub verdict: Verdict<'a>,
    /// The override that applied; `None` when the default did.
    pub matched: Option<&'a EndpointOverride>,
}

impl Decision<'_> {
    /// Whether the request may pass.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allow
    }

    /// The decision as a result.
    ///
    /// # Errors
    /// `Unauthenticated` when a credential is needed, `Forbidden` when the caller may not.
    pub fn into_result(self) -> Result<()> {
        match self.verdict {
            Verdict::Allow => Ok(()),
            Verdict::NeedsSignIn => Err(Error::unauthenticated("a credential is needed")),
            Verdict::Forbidden { reason } => Err(Error::forbidden(reason.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_becomes_the_error_its_status_stands_for() {
        let decision = |verdict| Decision { verdict, matched: None };
        assert!(decision(Verdict::Allow).into_result().is_ok() && decision(Verdict::Allow).is_allowed());
        let needs = decision(Verdict::NeedsSignIn);
        assert!(!needs.is_allowed() && matches!(needs.into_result(), Err(Error::Unauthenticated(_))));
        let forbidden = decision(Verdict::Forbidden { reason: "no" });
        assert!(!forbidden.is_allowed() && matches!(forbidden.into_result(), Err(Error::Forbidden(_))));
    }
}
