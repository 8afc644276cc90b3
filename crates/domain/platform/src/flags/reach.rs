//! `flag.reach`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evaluation::{FlagSet, FlagSubject};
use super::model::{Flag, FlagId};
use super::port::{Flags, Member};
use super::rollout::Rollout;
use super::rules;

/// Counts the users that a feature flag reaches, or would reach with another rollout or other targets. A flag that is off is
/// counted as if it were on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountReach {
    /// ID of the flag.
    pub id: FlagId,
    /// Rollout to test with, in percent; default: the flag's own.
    #[serde(default)]
    pub rollout_percentage: Option<Rollout>,
    /// Tiers to test with, empty for all; default: the flag's own.
    #[serde(default)]
    pub target_tiers: Option<Vec<String>>,
    /// Always-on users to test with; default: the flag's own.
    #[serde(default)]
    pub target_users: Option<Vec<String>>,
}

/// How many users a flag is on for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reach {
    /// The flag's name.
    pub flag_name: String,
    /// Whether it is on at all now.
    pub enabled: bool,
    /// The share of users that was counted with.
    pub rollout_percentage: Rollout,
    /// How many users it is on for.
    pub reached: u64,
    /// How many users there are, whose accounts were not deleted.
    pub users: u64,
}

/// How many users are looked at before the next are read.
const BATCH: u32 = 5_000;

impl Operation for CountReach {
    const NAME: &'static str = "flag.reach";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Flags;
    type Output = Reach;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for CountReach {
    fn cost(&self) -> ReadCost {
        ReadCost::Large
    }

    fn run(&self, flags: &mut Self::Repository, _: &Context) -> Result<Reach> {
        let stored = flags.find_flag(self.id)?.ok_or_else(|| Error::not_found("Flag"))?;
        let enabled = stored.enabled;
        let flag = self.imagined(stored, flags)?;
        let (flag_name, rollout_percentage) = (flag.flag_name.clone(), flag.rollout_percentage);
        let set = FlagSet::new(vec![flag]);
        let (mut reached, mut users, mut after) = (0, 0, 0);
        loop {
            let members = flags.list_members(after, BATCH)?;
            let Some(last) = members.last() else { break };
            after = last.number;
            for Member { user_id, tier, .. } in &members {
                users += 1;
                reached += u64::from(set.is_on(&flag_name, FlagSubject { user: Some(user_id), tier }));
            }
        }
        Ok(Reach { flag_name, enabled, rollout_percentage, reached, users })
    }
}

impl CountReach {
    /// The flag as it would be, and on.
    fn imagined(&self, stored: Flag, flags: &mut dyn Flags) -> Result<Flag> {
        Ok(Flag {
            enabled: true,
            rollout_percentage: self.rollout_percentage.unwrap_or(stored.rollout_percentage),
            target_tiers: match &self.target_tiers {
                Some(tiers) => rules::tiers(tiers, flags)?,
                None => stored.target_tiers,
            },
            target_users: match &self.target_users {
                Some(users) => rules::users(users)?,
                None => stored.target_users,
            },
            ..stored
        })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use serde_json::{Value, json};

    use super::super::evaluation::bucket;
    use super::super::port::MockFlags;
    use super::super::samples::flag;
    use super::*;

    /// Users 1 to 200, of whom each tenth has the tier `pro`, in batches of 90.
    fn members(after: i64) -> Vec<Member> {
        let one = |number: i64| Member {
            number,
            user_id: format!("user_{number}"),
            tier: if number % 10 == 0 { "pro" } else { "free" }.to_owned(),
        };
        (after + 1..=200).take(90).map(one).collect()
    }

    fn reach(input: &Value) -> Result<Reach> {
        let mut flags = MockFlags::new();
        flags.expect_find_flag().returning(|id| Ok((id == FlagId(1)).then(|| Flag { enabled: false, ..flag("beta") })));
        flags.expect_list_members().returning(|after, _| Ok(members(after)));
        flags.expect_known_tiers().returning(|| Ok(vec!["free".into(), "pro".into()]));
        let mut input = input.clone();
        input["id"] = input.get("id").cloned().unwrap_or(json!(1));
        let query: CountReach = serde_json::from_value(input).unwrap();
        query.run(&mut flags, &context_of("boss", [Permission::AdminRead]))
    }

    fn count(input: &Value) -> (u64, u64) {
        let reach = reach(input).unwrap();
        (reach.reached, reach.users)
    }

    #[test]
    fn every_user_is_asked_about_once() {
        assert_eq!(count(&json!({})), (200, 200), "the flag is for all");
        assert_eq!(count(&json!({ "rollout_percentage": 0 })), (0, 200));
        let in_bucket = (1..=200).filter(|number| bucket("beta", &format!("user_{number}")) < 2_550).count();
        assert_eq!(count(&json!({ "rollout_percentage": 25.5 })), (u64::try_from(in_bucket).unwrap(), 200));
    }

    #[test]
    fn targets_count_as_they_do_for_users() {
        assert_eq!(count(&json!({ "target_tiers": ["pro"] })), (20, 200));
        let named = json!({ "target_tiers": ["pro"], "target_users": ["user_1", "user_10", "user_unknown"] });
        assert_eq!(count(&named), (21, 200));
        assert_eq!(count(&json!({ "rollout_percentage": 0, "target_users": ["user_1"] })), (1, 200));
    }

    #[test]
    fn it_says_what_was_counted() {
        let reach = reach(&json!({ "rollout_percentage": 12.5 })).unwrap();
        assert_eq!((reach.flag_name.as_str(), reach.enabled), ("beta", false));
        assert_eq!(reach.rollout_percentage, Rollout::parse("12.5").unwrap());
    }

    #[test]
    fn unknown_flags_and_tiers_are_refused() {
        assert!(matches!(reach(&json!({ "id": 2 })), Err(Error::NotFound(_))));
        assert!(matches!(reach(&json!({ "target_tiers": ["gold"] })), Err(Error::Invalid(_))));
        assert!(matches!(reach(&json!({ "target_users": ["a b"] })), Err(Error::Invalid(_))));
    }
}
