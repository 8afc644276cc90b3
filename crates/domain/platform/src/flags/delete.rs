//! `flag.delete`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Flag, FlagId};
use super::port::Flags;

/// Deletes a feature flag, which is then off for everybody. Returns the deleted flag.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteFlag {
    /// ID of the flag.
    pub id: FlagId,
}

impl Operation for DeleteFlag {
    const NAME: &'static str = "flag.delete";
    const PERMISSION: Permission = Permission::FlagsWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Flags;
    type Output = Flag;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for DeleteFlag {
    fn run(&self, flags: &mut Self::Repository, _: &Context) -> Result<Change<Flag>> {
        let flag = flags.lock_flag(self.id)?.ok_or_else(|| Error::not_found("Flag"))?;
        flags.delete(self.id)?;
        Ok(Change::of(Self::RESOURCE, self.id).before(&flag).invalidate(Topic::Flags).returning(flag))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockFlags;
    use super::super::samples::flag;
    use super::*;

    #[test]
    fn what_was_deleted_is_in_the_record() {
        let mut flags = MockFlags::new();
        flags.expect_lock_flag().returning(|_| Ok(Some(flag("beta"))));
        flags.expect_delete().withf(|id| *id == FlagId(1)).times(1).returning(|_| Ok(()));
        let change = DeleteFlag { id: FlagId(1) }.run(&mut flags, &context_of("u", [])).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.old_values.as_ref().unwrap()["flag_name"], "beta");
        assert_eq!(record.new_values, None);
    }

    #[test]
    fn an_unknown_flag_is_not_found() {
        let mut flags = MockFlags::new();
        flags.expect_lock_flag().returning(|_| Ok(None));
        let refused = DeleteFlag { id: FlagId(1) }.run(&mut flags, &context_of("u", []));
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
}
