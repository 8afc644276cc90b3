//! The compiled rules.

use std::collections::HashMap;

use aedile_kernel::GatewayDefault;
use aedile_kernel::rate::Rate;

use super::decision::{Decision, GatewayCaller, Verdict};
use super::path::NormalPath;
use super::port::RuleSet;
use super::protected;
use super::routes::Routes;
use super::tier_order::{MinimumTier, Rank, TierOrder};
use crate::endpoints::{EndpointOverride, Method};
use crate::scopes::Scope;

/// What the gateway decides by, in a form made for deciding. It never changes; after a change of tiers, scopes or
/// overrides it is compiled anew.
pub struct GatewayRules {
    order: TierOrder,
    routes: Routes<Entry>,
    default: GatewayDefault,
}

/// What a caller is told where no override applies and the default is to refuse.
const NOT_LISTED: &str = "no endpoint override lets this request pass";

struct Entry {
    rule: EndpointOverride,
    demands: Box<[Demand]>,
}

/// One thing an override asks for, and what a caller who lacks it is told.
struct Demand {
    ask: Ask,
    reason: Box<str>,
}

enum Ask {
    Reach(MinimumTier),
    /// A scope that is disabled or unknown, which nobody has.
    Impossible,
}

impl GatewayRules {
    /// Compiles the rules; `default` decides where no override applies.
    #[must_use]
    pub fn compile(set: RuleSet, default: GatewayDefault) -> Self {
        let order = TierOrder::build(set.tiers);
        let scopes: HashMap<&str, &Scope> = set.scopes.iter().map(|scope| (scope.scope_name.as_str(), scope)).collect();
        let mut routes = Routes::new();
        for rule in set.overrides.into_iter().filter(|rule| rule.is_active) {
            let demands = demands_of(&rule, &order, &scopes);
            let pattern = rule.path_pattern.clone();
            routes.put(&pattern, rule.case_sensitive, rule.method, Entry { rule, demands });
        }
        Self { order, routes, default }
    }

    /// Whether a request may pass to a service behind the gateway. The most specific active override decides: the exact
    /// path, then the longest prefix by whole segments, then one whose case counts, then a named method over `*`. `HEAD` is
    /// judged as `GET` where it has no override of its own. Without an override, and on the administration's own paths, which
    /// no override reaches, the default decides.
    #[must_use]
    pub fn decide(&self, method: &str, path: &NormalPath<'_>, caller: GatewayCaller<'_>) -> Decision<'_> {
        self.by_override(method, path, caller).unwrap_or_else(|| Decision { verdict: self.by_default(), matched: None })
    }

    fn by_override(&self, method: &str, path: &NormalPath<'_>, caller: GatewayCaller<'_>) -> Option<Decision<'_>> {
        if protected::covers(path.as_str()) {
            return None;
        }
        let entry = self.routes.find(Method::from_name(method), path)?;
        Some(Decision { verdict: self.judge(entry, caller), matched: Some(&entry.rule) })
    }

    /// No credential helps where nothing is listed, so nobody is asked for one.
    const fn by_default(&self) -> Verdict<'_> {
        match self.default {
            GatewayDefault::Allow => Verdict::Allow,
            GatewayDefault::Deny => Verdict::Forbidden { reason: NOT_LISTED },
        }
    }

    /// What overrides add to the demands of one of Aedile's own routes. `Allow` here means that no override asks for
    /// more; the route's own demands stand, also where an override is public. The default is for services behind the gateway
    /// and does not count here.
    #[must_use]
    pub fn tighten(&self, method: &str, path: &NormalPath<'_>, caller: GatewayCaller<'_>) -> Decision<'_> {
        let asks_nothing = Decision { verdict: Verdict::Allow, matched: None };
        self.by_override(method, path, caller).unwrap_or(asks_nothing)
    }

    /// How often callers of this tier may ask.
    #[must_use]
    pub fn rate_of(&self, tier: &str) -> Rate {
        self.order.rate(self.order.standing(tier))
    }

    /// The tier that counts for callers of this tier: itself, the next lower active one when it is disabled, `anonymous`
    /// when it is unknown.
    #[must_use]
    pub fn effective_tier_name(&self, tier: &str) -> &str {
        self.order.name(self.order.standing(tier))
    }

    fn judge<'a>(&self, entry: &'a Entry, caller: GatewayCaller<'_>) -> Verdict<'a> {
        if entry.demands.is_empty() {
            let open = entry.rule.is_public || caller.signed_in;
            return if open { Verdict::Allow } else { Verdict::NeedsSignIn };
        }
        let rank = if caller.signed_in { self.order.standing(caller.tier) } else { 0 };
        match entry.demands.iter().find(|demand| !self.meets(rank, demand)) {
            None => Verdict::Allow,
            Some(missed) if caller.signed_in => Verdict::Forbidden { reason: &missed.reason },
            Some(_) => Verdict::NeedsSignIn,
        }
    }

    fn meets(&self, rank: Rank, demand: &Demand) -> bool {
        match demand.ask {
            Ask::Reach(minimum) => self.order.reaches(rank, minimum),
            Ask::Impossible => false,
        }
    }
}

fn demands_of(rule: &EndpointOverride, order: &TierOrder, scopes: &HashMap<&str, &Scope>) -> Box<[Demand]> {
    let of_tier = rule.required_tier.iter().map(|tier| Demand {
        ask: Ask::Reach(order.minimum(tier)),
        reason: format!("this needs the tier {tier}").into(),
    });
    let of_scopes = rule.required_scopes.iter().flatten().map(|name| {
        let scope = scopes.get(name.as_str()).filter(|scope| scope.is_active);
        Demand {
            ask: scope.map_or(Ask::Impossible, |scope| Ask::Reach(order.minimum(&scope.required_tier))),
            reason: format!("this needs the scope {name}").into(),
        }
    });
    of_tier.chain(of_scopes).collect()
}

#[cfg(test)]
mod tests;
