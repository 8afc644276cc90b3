//! What a flag decides for a subject: a pure function, fast enough to ask for every flag on every request.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Flag;
use super::rollout::Rollout;

/// How many buckets users fall into.
const BUCKETS: u32 = 10_000;

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlagSubject<'a> {
    /// The user's id, or another key that stays the same; `None` when nobody is signed in.
    pub user: Option<&'a str>,
    /// The name of the subject's tier.
    pub tier: &'a str,
}

/// Why a flag decided as it did, by the names of OpenFeature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// The flag is disabled.
    Disabled,
    /// The subject is one of the users the flag names, or of the tiers it is limited to.
    TargetingMatch,
    /// The subject's bucket decided.
    Split,
    /// It is the same for every subject.
    Static,
    /// The flag is for others, and this is what all the rest get.
    Default,
}

/// What a flag decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// Whether it is on.
    pub value: bool,
    /// Reason, as OpenFeature names it.
    pub reason: Reason,
}

impl Evaluation {
    const fn on(reason: Reason) -> Self {
        Self { value: true, reason }
    }

    const fn off(reason: Reason) -> Self {
        Self { value: false, reason }
    }
}

/// All flags, ready to decide.
#[derive(Debug, Clone, Default)]
pub struct FlagSet(BTreeMap<String, Compiled>);

impl FlagSet {
    /// Makes flags ready.
    #[must_use]
    pub fn new(flags: Vec<Flag>) -> Self {
        Self(flags.into_iter().map(|flag| (flag.flag_name.clone(), Compiled::from(flag))).collect())
    }

    /// What the flag decides; `None` when there is no such flag, which everyone should take for off.
    #[must_use]
    pub fn evaluate(&self, flag_name: &str, subject: FlagSubject<'_>) -> Option<Evaluation> {
        self.0.get(flag_name).map(|flag| flag.evaluate(subject))
    }

    /// Whether the flag is on; off when there is no such flag.
    #[must_use]
    pub fn is_on(&self, flag_name: &str, subject: FlagSubject<'_>) -> bool {
        self.evaluate(flag_name, subject).is_some_and(|evaluation| evaluation.value)
    }

    /// What each flag decides, in the order of their names.
    pub fn evaluate_all<'a>(&'a self, subject: FlagSubject<'a>) -> impl Iterator<Item = (&'a str, Evaluation)> {
        self.0.iter().map(move |(flag_name, flag)| (flag_name.as_str(), flag.evaluate(subject)))
    }

    /// How many flags there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Debug, Clone)]
struct Compiled {
    /// The name with its colon, which the user's id follows in what is hashed.
    prefix: String,
    enabled: bool,
    rollout: Rollout,
    target_tiers: Vec<String>,
    target_users: HashSet<String>,
}

impl From<Flag> for Compiled {
    fn from(flag: Flag) -> Self {
        Self {
            prefix: format!("{}:", flag.flag_name),
            enabled: flag.enabled,
            rollout: flag.rollout_percentage,
            target_tiers: flag.target_tiers,
            target_users: flag.target_users.into_iter().collect(),
        }
    }
}

impl Compiled {
    fn evaluate(&self, subject: FlagSubject<'_>) -> Evaluation {
        if !self.enabled {
            return Evaluation::off(Reason::Disabled);
        }
        if subject.user.is_some_and(|user| self.target_users.contains(user)) {
            return Evaluation::on(Reason::TargetingMatch);
        }
        let has_tiers = !self.target_tiers.is_empty();
        if has_tiers && !self.target_tiers.iter().any(|tier| tier == subject.tier) {
            return Evaluation::off(Reason::Default);
        }
        match (self.rollout, subject.user) {
            (Rollout::FULL, _) => Evaluation::on(if has_tiers { Reason::TargetingMatch } else { Reason::Static }),
            (Rollout::NONE, _) => {
                let is_for_nobody = !has_tiers && self.target_users.is_empty();
                Evaluation::off(if is_for_nobody { Reason::Static } else { Reason::Default })
            }
            (_, None) => Evaluation::off(Reason::Default),
            (rollout, Some(user)) => {
                let value = bucket_of(&self.prefix, user) < u32::from(rollout.basis_points());
                Evaluation { value, reason: Reason::Split }
            }
        }
    }
}

/// The bucket of a user for a flag, from 0 to 9,999: `murmur3_x86_32("{flag_name}:{user}", seed 0) mod 10000`.
#[must_use]
pub fn bucket(flag_name: &str, user: &str) -> u32 {
    bucket_of(&format!("{flag_name}:"), user)
}

/// The hash reads both parts where they are, so nothing is allocated. Reading from memory can't fail; if it could, the
/// user would fall behind every bucket.
fn bucket_of(prefix: &str, user: &str) -> u32 {
    murmur3::murmur3_32(&mut prefix.as_bytes().chain(user.as_bytes()), 0).map_or(BUCKETS, |hash| hash % BUCKETS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::flag;
    use super::*;

    const ANYONE: FlagSubject<'static> = FlagSubject { user: None, tier: "anonymous" };

    fn user(id: &str) -> FlagSubject<'_> {
        FlagSubject { user: Some(id), tier: "free" }
    }

    fn rolled_out(basis_points: i64) -> Flag {
        Flag { rollout_percentage: Rollout::from_basis_points(basis_points).unwrap(), ..flag("f") }
    }

    fn decide(flag: &Flag, subject: FlagSubject<'_>) -> (bool, Reason) {
        let evaluation = FlagSet::new(vec![flag.clone()]).evaluate(&flag.flag_name, subject).unwrap();
        (evaluation.value, evaluation.reason)
    }

    #[test]
    fn buckets_are_the_documented_ones() {
        assert_eq!(bucket("new-parser-v2", "user_2abc123"), 153);
        assert_eq!(bucket("streaming-api-beta", "user_2abc123"), 233);
        assert_eq!(bucket("new-parser-v2", "user_2xyz789"), 9_457);
        assert_eq!(bucket("new-parser-v2", "42"), 2_851);
    }

    #[test]
    fn the_rollout_ends_exactly_at_the_bucket() {
        let at = |basis_points| {
            let flag = Flag { flag_name: "new-parser-v2".into(), ..rolled_out(basis_points) };
            decide(&flag, user("user_2abc123"))
        };
        assert_eq!(at(153), (false, Reason::Split));
        assert_eq!(at(154), (true, Reason::Split));
    }

    #[test]
    fn a_missing_flag_is_off() {
        let flags = FlagSet::new(vec![flag("f")]);
        assert_eq!(flags.evaluate("g", ANYONE), None);
        assert!(!flags.is_on("g", ANYONE) && flags.is_on("f", ANYONE));
    }

    #[test]
    fn disabled_beats_everything() {
        let flag = Flag { enabled: false, target_users: vec!["u".into()], ..flag("f") };
        assert_eq!(decide(&flag, user("u")), (false, Reason::Disabled));
    }

    #[test]
    fn a_named_user_needs_neither_tier_nor_bucket() {
        let flag = Flag { target_users: vec!["u".into()], target_tiers: vec!["pro".into()], ..rolled_out(0) };
        assert_eq!(decide(&flag, user("u")), (true, Reason::TargetingMatch));
        assert_eq!(decide(&flag, user("v")), (false, Reason::Default));
        assert_eq!(decide(&flag, FlagSubject { tier: "pro", ..ANYONE }), (false, Reason::Default));
    }

    #[test]
    fn a_tier_is_in_or_out() {
        let flag = Flag { target_tiers: vec!["pro".into()], ..flag("f") };
        assert_eq!(decide(&flag, user("u")), (false, Reason::Default));
        assert_eq!(decide(&flag, FlagSubject { user: None, tier: "pro" }), (true, Reason::TargetingMatch));
    }

    #[test]
    fn all_and_none_need_no_user() {
        assert_eq!(decide(&rolled_out(10_000), ANYONE), (true, Reason::Static));
        assert_eq!(decide(&rolled_out(0), ANYONE), (false, Reason::Static));
        assert_eq!(decide(&rolled_out(9_999), ANYONE), (false, Reason::Default));
    }

    #[test]
    fn all_flags_come_by_name() {
        let flags = FlagSet::new(vec![flag("b"), Flag { enabled: false, ..flag("a") }]);
        let all: Vec<_> = flags.evaluate_all(ANYONE).map(|(name, e)| (name, e.value)).collect();
        assert_eq!((all, flags.len()), (vec![("a", false), ("b", true)], 2));
    }

    #[test]
    fn a_quarter_is_about_a_quarter() {
        let flags = FlagSet::new(vec![rolled_out(2_500)]);
        let on = (0..20_000).filter(|n| flags.is_on("f", user(&format!("user_{n}")))).count();
        assert!((4_700..5_300).contains(&on), "{on} of 20000");
    }

    #[test]
    fn reasons_have_the_names_of_openfeature() {
        let names = [Reason::Disabled, Reason::TargetingMatch, Reason::Split, Reason::Static, Reason::Default]
            .map(|reason| serde_json::to_value(reason).unwrap());
        assert_eq!(names, ["DISABLED", "TARGETING_MATCH", "SPLIT", "STATIC", "DEFAULT"]);
    }

    proptest! {
        #[test]
        fn raising_a_rollout_takes_nobody_out(id in "[!-~]{1,40}", a in 0i64..=10_000, b in 0i64..=10_000) {
            let (less, more) = (decide(&rolled_out(a.min(b)), user(&id)), decide(&rolled_out(a.max(b)), user(&id)));
            prop_assert!(!less.0 || more.0);
        }

        #[test]
        fn a_named_user_is_on_whatever_else(id in "[!-~]{1,40}", rollout in 0i64..=10_000, tiers: bool, enabled: bool) {
            let target_tiers = if tiers { vec!["pro".to_owned()] } else { Vec::new() };
            let flag = Flag { enabled, target_tiers, target_users: vec![id.clone()], ..rolled_out(rollout) };
            prop_assert_eq!(decide(&flag, user(&id)).0, enabled);
        }

        #[test]
        fn the_hash_does_not_depend_on_where_the_parts_meet(name in "[a-z]{1,9}", id in "[a-z0-9]{1,9}") {
            let whole = format!("{name}:{id}");
            let hash = murmur3::murmur3_32(&mut whole.as_bytes(), 0).unwrap();
            prop_assert_eq!(bucket(&name, &id), hash % 10_000);
        }
    }
}
