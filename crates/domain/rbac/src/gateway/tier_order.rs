//! The order of tiers, and where a tier by name stands in it.

use std::collections::HashMap;

use aedile_kernel::rate::Rate;

use crate::tiers::{ADMIN, ANONYMOUS, Tier};

/// What callers without a credential may ask when no tier `anonymous` is stored.
const ANONYMOUS_RATE: Rate = Rate::per_minute(10);

/// A place in the order of tiers; 0 is the lowest.
pub(super) type Rank = usize;

/// A tier that others demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MinimumTier {
    /// Callers must stand on this rank or above.
    Rank(Rank),
    /// The tier is disabled or unknown: only administrators pass.
    Closed,
}

struct Step {
    name: Box<str>,
    rate: Rate,
    is_active: bool,
    /// The rank that counts for those who have this tier.
    stands_for: Rank,
}

/// All tiers in order: `anonymous` at the bottom, `admin` at the top, the others by rank between them.
pub(super) struct TierOrder {
    steps: Vec<Step>,
    by_name: HashMap<Box<str>, Rank>,
}

impl TierOrder {
    pub(super) fn build(mut tiers: Vec<Tier>) -> Self {
        tiers.retain(|tier| tier.tier_name != ANONYMOUS || tier.is_active);
        tiers.sort_by_key(|tier| {
            let end = match tier.tier_name.as_str() {
                ANONYMOUS => 0,
                ADMIN => 2,
                _ => 1,
            };
            (end, tier.order_rank, tier.id)
        });
        let mut order = Self { steps: Vec::with_capacity(tiers.len() + 1), by_name: HashMap::new() };
        if tiers.first().is_none_or(|lowest| lowest.tier_name != ANONYMOUS) {
            order.put(ANONYMOUS, ANONYMOUS_RATE, true);
        }
        for tier in &tiers {
            order.put(&tier.tier_name, Rate::per_minute(tier.rate_limit), tier.is_active);
        }
        order
    }

    /// Puts a tier on top; a disabled one stands for the highest active one below it.
    fn put(&mut self, name: &str, rate: Rate, is_active: bool) {
        let rank = self.steps.len();
        let stands_for = if is_active { rank } else { self.steps.last().map_or(0, |below| below.stands_for) };
        self.steps.push(Step { name: name.into(), rate, is_active, stands_for });
        self.by_name.insert(name.into(), rank);
    }

    /// The rank that counts for callers of this tier; an unknown tier counts as `anonymous`.
    pub(super) fn standing(&self, tier: &str) -> Rank {
        self.by_name.get(tier).and_then(|rank| self.steps.get(*rank)).map_or(0, |step| step.stands_for)
    }

    /// What it takes to reach this tier.
    pub(super) fn minimum(&self, tier: &str) -> MinimumTier {
        let rank = self.by_name.get(tier).copied();
        match rank.filter(|rank| self.steps.get(*rank).is_some_and(|step| step.is_active)) {
            Some(rank) => MinimumTier::Rank(rank),
            None => MinimumTier::Closed,
        }
    }

    /// Whether somebody on this rank has reached the minimum.
    pub(super) fn reaches(&self, rank: Rank, minimum: MinimumTier) -> bool {
        match minimum {
            MinimumTier::Rank(needed) => rank >= needed,
            MinimumTier::Closed => self.name(rank) == ADMIN,
        }
    }

    pub(super) fn name(&self, rank: Rank) -> &str {
        self.steps.get(rank).map_or(ANONYMOUS, |step| &step.name)
    }

    pub(super) fn rate(&self, rank: Rank) -> Rate {
        self.steps.get(rank).map_or(ANONYMOUS_RATE, |step| step.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiers::samples;

    fn order(change: impl Fn(&mut Tier)) -> TierOrder {
        let mut tiers = samples::built_in();
        tiers.push(samples::tier("gold", 900));
        tiers.reverse();
        tiers.iter_mut().for_each(change);
        TierOrder::build(tiers)
    }

    fn effective(order: &TierOrder, tier: &str) -> String {
        order.name(order.standing(tier)).to_owned()
    }

    #[test]
    fn anonymous_is_the_lowest_and_admin_the_highest() {
        let order = order(|_| ());
        let names: Vec<&str> = order.steps.iter().map(|step| &*step.name).collect();
        assert_eq!(names, ["anonymous", "free", "pro", "gold", "admin"], "admin has rank 3, gold 900");
        assert_eq!(effective(&order, "nobody knows"), "anonymous");
        assert_eq!(effective(&order, "Admin"), "anonymous", "names are exact");
    }

    #[test]
    fn a_disabled_tier_counts_as_the_next_lower_active_one() {
        let order = order(|tier| tier.is_active = !matches!(tier.tier_name.as_str(), "pro" | "gold"));
        for (tier, counts_as) in [("gold", "free"), ("pro", "free"), ("free", "free"), ("admin", "admin")] {
            assert_eq!(effective(&order, tier), counts_as, "{tier}");
        }
        assert_eq!(order.minimum("pro"), MinimumTier::Closed);
        assert_eq!(order.minimum("nope"), MinimumTier::Closed);
        assert!(order.reaches(order.standing("admin"), MinimumTier::Closed));
        assert!(!order.reaches(order.standing("free"), MinimumTier::Closed));
    }

    #[test]
    fn without_an_anonymous_tier_the_bottom_stays() {
        for tiers in [Vec::new(), vec![Tier { is_active: false, ..samples::tier("anonymous", 0) }]] {
            let order = TierOrder::build(tiers);
            assert_eq!(effective(&order, "anonymous"), "anonymous");
            assert_eq!(order.rate(0), ANONYMOUS_RATE, "never unlimited by accident");
            assert!(!order.reaches(0, MinimumTier::Closed));
        }
        let disabled_free = order(|tier| tier.is_active = tier.tier_name != "free");
        assert_eq!(effective(&disabled_free, "free"), "anonymous");
    }
}
