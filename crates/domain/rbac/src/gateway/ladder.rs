//! The order of tiers, and where a tier by name stands in it.

use std::collections::HashMap;

use aedile_kernel::rate::Rate;

use crate::tiers::{ADMIN, ANONYMOUS, Tier};

/// What callers without a credential may ask when no tier `anonymous` is stored.
const ANONYMOUS_RATE: Rate = Rate::per_minute(10);

/// A place in the order of tiers; 0 is the lowest.
pub(super) type Rung = usize;

/// A tier that others demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    /// Callers must stand on this rung or above.
    Rung(Rung),
    /// The tier is disabled or unknown: only administrators pass.
    Closed,
}

struct Step {
    name: Box<str>,
    rate: Rate,
    is_active: bool,
    /// The rung that counts for those who have this tier.
    stands_for: Rung,
}

/// All tiers in order: `anonymous` at the bottom, `admin` at the top, the others by rank between them.
pub(super) struct Ladder {
    steps: Vec<Step>,
    by_name: HashMap<Box<str>, Rung>,
}

impl Ladder {
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
        let mut ladder = Self { steps: Vec::with_capacity(tiers.len() + 1), by_name: HashMap::new() };
        if tiers.first().is_none_or(|lowest| lowest.tier_name != ANONYMOUS) {
            ladder.put(ANONYMOUS, ANONYMOUS_RATE, true);
        }
        for tier in &tiers {
            ladder.put(&tier.tier_name, Rate::per_minute(tier.rate_limit), tier.is_active);
        }
        ladder
    }

    /// Puts a tier on top; a disabled one stands for the highest active one below it.
    fn put(&mut self, name: &str, rate: Rate, is_active: bool) {
        let rung = self.steps.len();
        let stands_for = if is_active { rung } else { self.steps.last().map_or(0, |below| below.stands_for) };
        self.steps.push(Step { name: name.into(), rate, is_active, stands_for });
        self.by_name.insert(name.into(), rung);
    }

    /// The rung that counts for callers of this tier; an unknown tier counts as `anonymous`.
    pub(super) fn standing(&self, tier: &str) -> Rung {
        self.by_name.get(tier).and_then(|rung| self.steps.get(*rung)).map_or(0, |step| step.stands_for)
    }

    /// What it takes to reach this tier.
    pub(super) fn floor(&self, tier: &str) -> Floor {
        let rung = self.by_name.get(tier).copied();
        match rung.filter(|rung| self.steps.get(*rung).is_some_and(|step| step.is_active)) {
            Some(rung) => Floor::Rung(rung),
            None => Floor::Closed,
        }
    }

    /// Whether somebody on this rung has reached the floor.
    pub(super) fn reaches(&self, rung: Rung, floor: Floor) -> bool {
        match floor {
            Floor::Rung(needed) => rung >= needed,
            Floor::Closed => self.name(rung) == ADMIN,
        }
    }

    pub(super) fn name(&self, rung: Rung) -> &str {
        self.steps.get(rung).map_or(ANONYMOUS, |step| &step.name)
    }

    pub(super) fn rate(&self, rung: Rung) -> Rate {
        self.steps.get(rung).map_or(ANONYMOUS_RATE, |step| step.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiers::samples;

    fn ladder(change: impl Fn(&mut Tier)) -> Ladder {
        let mut tiers = samples::built_in();
        tiers.push(samples::tier("gold", 900));
        tiers.reverse();
        tiers.iter_mut().for_each(change);
        Ladder::build(tiers)
    }

    fn effective(ladder: &Ladder, tier: &str) -> String {
        ladder.name(ladder.standing(tier)).to_owned()
    }

    #[test]
    fn anonymous_is_the_lowest_and_admin_the_highest() {
        let ladder = ladder(|_| ());
        let order: Vec<&str> = ladder.steps.iter().map(|step| &*step.name).collect();
        assert_eq!(order, ["anonymous", "free", "pro", "gold", "admin"], "admin has rank 3, gold 900");
        assert_eq!(effective(&ladder, "nobody knows"), "anonymous");
        assert_eq!(effective(&ladder, "Admin"), "anonymous", "names are exact");
    }

    #[test]
    fn a_disabled_tier_counts_as_the_next_lower_active_one() {
        let ladder = ladder(|tier| tier.is_active = !matches!(tier.tier_name.as_str(), "pro" | "gold"));
        for (tier, counts_as) in [("gold", "free"), ("pro", "free"), ("free", "free"), ("admin", "admin")] {
            assert_eq!(effective(&ladder, tier), counts_as, "{tier}");
        }
        assert_eq!(ladder.floor("pro"), Floor::Closed);
        assert_eq!(ladder.floor("nope"), Floor::Closed);
        assert!(ladder.reaches(ladder.standing("admin"), Floor::Closed));
        assert!(!ladder.reaches(ladder.standing("free"), Floor::Closed));
    }

    #[test]
    fn without_an_anonymous_tier_the_bottom_stays() {
        for tiers in [Vec::new(), vec![Tier { is_active: false, ..samples::tier("anonymous", 0) }]] {
            let ladder = Ladder::build(tiers);
            assert_eq!(effective(&ladder, "anonymous"), "anonymous");
            assert_eq!(ladder.rate(0), ANONYMOUS_RATE, "never unlimited by accident");
            assert!(!ladder.reaches(0, Floor::Closed));
        }
        let disabled_free = ladder(|tier| tier.is_active = tier.tier_name != "free");
        assert_eq!(effective(&disabled_free, "free"), "anonymous");
    }
}
