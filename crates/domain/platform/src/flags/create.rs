//! `flag.create`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result, Together, Topic};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Flag, NewFlag};
use super::port::Flags;
use super::rollout::Rollout;
use super::rules;

/// Creates a feature flag. Its name must be new; it is disabled unless said otherwise.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFlag {
    /// The unique name: 1 to 64 letters, digits, `-`, `_` or `.`.
    pub flag_name: String,
    /// Whether the flag is enabled; default: false. A disabled flag is off for everybody.
    #[serde(default)]
    pub enabled: bool,
    /// Rollout: share of users in percent, 0 to 100 with at most two decimals; by default 100.
    #[serde(default)]
    pub rollout_percentage: Rollout,
    /// Tiers that the flag is limited to, at most 50; default: all.
    #[serde(default)]
    pub target_tiers: Vec<String>,
    /// IDs of always-on users, whatever their tier and rollout bucket; at most 1,000.
    #[serde(default)]
    pub target_users: Vec<String>,
    /// Description, at most 1,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<String>,
}

impl Operation for CreateFlag {
    const NAME: &'static str = "flag.create";
    const PERMISSION: Permission = Permission::FlagsWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Flags;
    type Output = Flag;

    fn resource_id(&self) -> Option<String> {
        rules::name(&self.flag_name).ok()
    }
}

impl Command for CreateFlag {
    fn run(&self, flags: &mut Self::Repository, cx: &Context) -> Result<Change<Flag>> {
        let (flag_name, target_users, target_tiers, description) = (
            rules::name(&self.flag_name),
            rules::users(&self.target_users),
            rules::tiers(&self.target_tiers, flags),
            rules::description(self.description.as_deref()),
        )
            .together()?;
        let new = NewFlag {
            flag_name,
            enabled: self.enabled,
            rollout_percentage: self.rollout_percentage,
            target_users,
            target_tiers,
            description,
            created_by: cx.caller.actor_id.clone(),
            created_at: cx.now,
        };
        rules::free_name(&new.flag_name, None, flags)?;
        let flag = flags.insert(&new)?;
        Ok(Change::of(Self::RESOURCE, flag.id).after(&flag).invalidate(Topic::Flags).returning(flag))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Error;
    use aedile_kernel::mock::context_of;
    use serde_json::json;

    use super::super::model::FlagId;
    use super::super::port::MockFlags;
    use super::super::samples::stored;
    use super::*;

    fn create(json: serde_json::Value, flags: &mut MockFlags) -> Result<Change<Flag>> {
        serde_json::from_value::<CreateFlag>(json).unwrap().run(flags, &context_of("user_admin", []))
    }

    fn empty_store() -> MockFlags {
        let mut flags = MockFlags::new();
        flags.expect_known_tiers().returning(|| Ok(vec!["pro".into(), "admin".into()]));
        flags.expect_find_by_name().returning(|_| Ok(None));
        flags.expect_insert().returning(|new| Ok(stored(new)));
        flags
    }

    #[test]
    fn a_flag_is_off_and_for_everybody_by_default() {
        let change = create(json!({"flag_name": "beta"}), &mut empty_store()).unwrap();
        let flag = change.output();
        assert!(!flag.enabled && flag.target_tiers.is_empty() && flag.target_users.is_empty());
        assert_eq!((flag.rollout_percentage, flag.created_by.as_str()), (Rollout::FULL, "user_admin"));
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("feature_flag", "7"));
        assert_eq!(record.new_values.as_ref().unwrap()["flag_name"], "beta");
    }

    #[test]
    fn all_fields_are_kept() {
        let input = json!({"flag_name": "beta", "enabled": true, "rollout_percentage": 12.5, "target_tiers": ["pro"],
            "target_users": ["user_1", "user_1"], "description": " SSE "});
        let flag = create(input, &mut empty_store()).unwrap().output().clone();
        assert_eq!(flag.rollout_percentage.basis_points(), 1_250);
        assert_eq!((flag.target_tiers, flag.target_users), (vec!["pro".to_owned()], vec!["user_1".to_owned()]));
        assert_eq!(flag.description.as_deref(), Some("SSE"));
    }

    #[test]
    fn a_taken_name_is_a_conflict() {
        let mut flags = MockFlags::new();
        flags.expect_find_by_name().returning(|_| Ok(Some(FlagId(1))));
        assert!(matches!(create(json!({"flag_name": "beta"}), &mut flags), Err(Error::Conflict(_))));
    }

    #[test]
    fn bad_values_are_refused() {
        for input in [
            json!({"flag_name": "no spaces"}),
            json!({"flag_name": "a", "target_tiers": ["gold"]}),
            json!({"flag_name": "a", "target_users": [""]}),
            json!({"flag_name": "a", "description": "x".repeat(1_001)}),
        ] {
            assert!(matches!(create(input.clone(), &mut empty_store()), Err(Error::Invalid(_))), "{input}");
        }
    }

    #[test]
    fn c_28_what_the_server_decides_is_not_taken() {
        for field in ["id", "created_by", "created_at", "updated_at", "unknown"] {
            assert!(serde_json::from_value::<CreateFlag>(json!({"flag_name": "a", field: 1})).is_err(), "{field}");
        }
    }

    #[test]
    fn a_refusal_names_only_a_possible_flag() {
        let name = |flag_name: &str| {
            serde_json::from_value::<CreateFlag>(json!({"flag_name": flag_name})).unwrap().resource_id()
        };
        assert_eq!(name("beta").as_deref(), Some("beta"));
        assert_eq!(name("a\0b"), None);
    }
}
