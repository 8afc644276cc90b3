//! `skill.restore`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::LONGEST_REASON;
use super::model::ModeratedSkill;
use super::port::Takedowns;

/// Restores a withdrawn skill. Idempotent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreSkill {
    /// Slug of the skill.
    pub slug: String,
    /// Reason for the audit log, at most 1,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub reason: Option<String>,
}

impl Operation for RestoreSkill {
    const NAME: &'static str = "skill.restore";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "skill";
    type Repository = dyn Takedowns;
    type Output = ModeratedSkill;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Command for RestoreSkill {
    fn run(&self, takedowns: &mut Self::Repository, _: &Context) -> Result<Change<ModeratedSkill>> {
        let reason = self.reason.as_deref().map(|text| text::paragraphs("reason", text, LONGEST_REASON)).transpose()?;
        let before = takedowns.lock_moderated_skill(&self.slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        if before.withdrawn.is_none() {
            return Ok(Change::none().returning(before));
        }
        takedowns.set_withdrawn(before.id, None)?;
        let change = Change::of(Self::RESOURCE, &before.slug)
            .before(&json!({ "withdrawn": before.withdrawn }))
            .after(&json!({ "withdrawn": null, "reason": reason }));
        Ok(change.returning(ModeratedSkill { withdrawn: None, ..before }))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::model::Takedown;
    use super::super::port::MockTakedowns;
    use super::*;
    use crate::id::SkillId;

    fn restore(is_withdrawn: bool, reason: Option<&str>, writes: usize) -> Result<Change<ModeratedSkill>> {
        let at = Timestamp::from_micros(NOW);
        let withdrawn = is_withdrawn.then(|| Takedown { at, reason: "Malware".into() });
        let skill =
            ModeratedSkill { id: SkillId(7), slug: "tool".into(), name: "Tool".into(), seller_id: None, withdrawn };
        let mut takedowns = MockTakedowns::new();
        takedowns.expect_lock_moderated_skill().return_once(move |_| Ok(Some(skill)));
        takedowns.expect_set_withdrawn().times(writes).withf(|_, it| it.is_none()).returning(|_, _| Ok(()));
        let command = RestoreSkill { slug: "tool".into(), reason: reason.map(str::to_owned) };
        command.run(&mut takedowns, &context_of("user_root", [Permission::CatalogWrite]))
    }

    #[test]
    fn a_withdrawn_skill_is_offered_again() {
        let change = restore(true, Some("A false alarm"), 1).unwrap();
        assert_eq!(change.output().withdrawn, None);
        let record = &change.records()[0];
        assert_eq!(record.old_values.as_ref().unwrap()["withdrawn"]["reason"], "Malware");
        assert_eq!(record.new_values.as_ref().unwrap()["reason"], "A false alarm");
    }

    #[test]
    fn a_skill_that_is_offered_stays_so() {
        assert!(restore(false, None, 0).unwrap().records().is_empty());
        assert!(matches!(restore(true, Some(" "), 0), Err(Error::Invalid(_))));
    }
}
