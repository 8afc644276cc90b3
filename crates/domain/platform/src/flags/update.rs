//! `flag.update`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result, Topic,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Flag, FlagId};
use super::port::Flags;
use super::rollout::Rollout;
use super::rules;
use crate::input::nullable;

/// Updates a feature flag; omitted fields stay. Renaming it assigns users to new rollout buckets.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateFlag {
    /// ID of the flag.
    pub id: FlagId,
    /// New unique name.
    #[serde(default)]
    pub flag_name: Option<String>,
    /// Whether the flag is enabled. A disabled flag is off for everybody.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Rollout: share of users in percent, 0 to 100 with at most two decimals.
    #[serde(default)]
    pub rollout_percentage: Option<Rollout>,
    /// Tiers that the flag is limited to, at most 50; empty for all.
    #[serde(default)]
    pub target_tiers: Option<Vec<String>>,
    /// IDs of always-on users, whatever their tier and rollout bucket; at most 1,000.
    #[serde(default)]
    pub target_users: Option<Vec<String>>,
    /// Description, at most 1,000 characters; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<Option<String>>,
}

impl Operation for UpdateFlag {
    const NAME: &'static str = "flag.update";
    const PERMISSION: Permission = Permission::FlagsWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "flag.get", key: Some("id") });
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Flags;
    type Output = Flag;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for UpdateFlag {
    fn run(&self, flags: &mut Self::Repository, cx: &Context) -> Result<Change<Flag>> {
        if self.says_nothing() {
            return Err(Error::invalid("input", "at least one field is needed"));
        }
        let before = flags.lock_flag(self.id)?.ok_or_else(|| Error::not_found("Flag"))?;
        let mut after = self.applied_to(&before, flags)?;
        if after == before {
            return Ok(Change::none().returning(before));
        }
        after.updated_at = cx.now;
        flags.update(&after)?;
        Ok(Change::of(Self::RESOURCE, self.id).before(&before).after(&after).invalidate(Topic::Flags).returning(after))
    }
}

impl UpdateFlag {
    fn says_nothing(&self) -> bool {
        self.flag_name.is_none()
            && self.enabled.is_none()
            && self.rollout_percentage.is_none()
            && self.target_tiers.is_none()
            && self.target_users.is_none()
            && self.description.is_none()
    }

    fn applied_to(&self, before: &Flag, flags: &mut dyn Flags) -> Result<Flag> {
        let mut flag = before.clone();
        if let Some(flag_name) = &self.flag_name {
            flag.flag_name = rules::name(flag_name)?;
        }
        if let Some(users) = &self.target_users {
            flag.target_users = rules::users(users)?;
        }
        if let Some(tiers) = &self.target_tiers {
            flag.target_tiers = rules::tiers(tiers, flags)?;
        }
        if let Some(description) = &self.description {
            flag.description = rules::description(description.as_deref())?;
        }
        flag.enabled = self.enabled.unwrap_or(flag.enabled);
        flag.rollout_percentage = self.rollout_percentage.unwrap_or(flag.rollout_percentage);
        if flag.flag_name != before.flag_name {
            rules::free_name(&flag.flag_name, Some(flag.id), flags)?;
        }
        Ok(flag)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};
    use serde_json::json;

    use super::super::port::MockFlags;
    use super::super::samples::flag;
    use super::*;

    fn update(json: serde_json::Value, flags: &mut MockFlags) -> Result<Change<Flag>> {
        serde_json::from_value::<UpdateFlag>(json).unwrap().run(flags, &context_of("user_admin", []))
    }

    fn store() -> MockFlags {
        let mut flags = MockFlags::new();
        flags.expect_lock_flag().returning(|id| Ok((id == FlagId(1)).then(|| flag("beta"))));
        flags.expect_known_tiers().returning(|| Ok(vec!["pro".into()]));
        flags.expect_find_by_name().returning(|name| Ok((name == "taken").then_some(FlagId(2))));
        flags
    }

    fn writable() -> MockFlags {
        let mut flags = store();
        flags.expect_update().times(1).returning(|_| Ok(()));
        flags
    }

    #[test]
    fn only_what_was_said_changes() {
        let change = update(json!({"id": 1, "rollout_percentage": 25, "enabled": true}), &mut writable()).unwrap();
        let expected = Flag {
            rollout_percentage: Rollout::parse("25").unwrap(),
            updated_at: Timestamp::from_micros(NOW),
            ..flag("beta")
        };
        assert_eq!(change.output(), &expected);
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.old_values, Some(json!({"rollout_percentage": 100})));
        assert_eq!(record.new_values, Some(json!({"rollout_percentage": 25})));
    }

    #[test]
    fn every_field_can_change_and_null_clears_the_description() {
        let input = json!({"id": 1, "flag_name": "gamma", "enabled": false, "target_tiers": ["pro"],
            "target_users": ["user_9"], "description": null});
        let flag = update(input, &mut writable()).unwrap().output().clone();
        assert_eq!((flag.flag_name.as_str(), flag.enabled, flag.description), ("gamma", false, None));
        assert_eq!((flag.target_tiers, flag.target_users), (vec!["pro".to_owned()], vec!["user_9".to_owned()]));
    }

    #[test]
    fn the_same_again_writes_nothing() {
        let change = update(json!({"id": 1, "flag_name": "beta", "enabled": true}), &mut store()).unwrap();
        assert_eq!((change.output(), change.records().len()), (&flag("beta"), 0));
    }

    #[test]
    fn nothing_said_is_refused() {
        for input in [json!({"id": 1}), json!({"id": 1, "enabled": null})] {
            assert!(matches!(update(input, &mut store()), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn refusals_have_their_kinds() {
        let refuse = |input| update(input, &mut store()).unwrap_err();
        assert!(matches!(refuse(json!({"id": 9, "enabled": true})), Error::NotFound(_)));
        assert!(matches!(refuse(json!({"id": 1, "flag_name": "taken"})), Error::Conflict(_)));
        for field in [json!({"flag_name": "a b"}), json!({"target_tiers": ["gold"]}), json!({"target_users": ["a b"]})]
        {
            let mut input = field.clone();
            input["id"] = 1.into();
            assert!(matches!(refuse(input), Error::Invalid(_)), "{field}");
        }
    }

    #[test]
    fn c_28_what_the_server_decides_is_not_taken() {
        for field in ["created_by", "created_at", "updated_at"] {
            assert!(serde_json::from_value::<UpdateFlag>(json!({"id": 1, field: "x"})).is_err(), "{field}");
        }
    }
}
