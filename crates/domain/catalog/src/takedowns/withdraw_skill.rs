//! `skill.withdraw`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::LONGEST_REASON;
use super::model::{ModeratedSkill, Takedown};
use super::port::Takedowns;

/// Withdraws a skill: it is no longer listed, found, shown or sold. Whoever bought it keeps downloading it. Withdrawing it
/// again changes nothing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawSkill {
    /// Slug of the skill.
    pub slug: String,
    /// Reason, for the audit log and other admins: 1 to 1,000 characters.
    #[schemars(extend("x-multiline" = true))]
    pub reason: String,
}

impl Operation for WithdrawSkill {
    const NAME: &'static str = "skill.withdraw";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "skill";
    type Repository = dyn Takedowns;
    type Output = ModeratedSkill;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Command for WithdrawSkill {
    fn run(&self, takedowns: &mut Self::Repository, cx: &Context) -> Result<Change<ModeratedSkill>> {
        let reason = text::paragraphs("reason", &self.reason, LONGEST_REASON)?;
        let before = takedowns.lock_moderated_skill(&self.slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        if before.withdrawn.is_some() {
            return Ok(Change::none().returning(before));
        }
        let withdrawn = Some(Takedown { at: cx.now, reason });
        takedowns.set_withdrawn(before.id, withdrawn.clone())?;
        let change = Change::of(Self::RESOURCE, &before.slug)
            .before(&json!({ "withdrawn": before.withdrawn }))
            .after(&json!({ "withdrawn": withdrawn }));
        Ok(change.returning(ModeratedSkill { withdrawn, ..before }))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockTakedowns;
    use super::*;
    use crate::id::SkillId;

    fn withdraw(skill: Option<ModeratedSkill>, reason: &str, writes: usize) -> Result<Change<ModeratedSkill>> {
        let mut takedowns = MockTakedowns::new();
        takedowns.expect_lock_moderated_skill().returning(move |_| Ok(skill.clone()));
        takedowns
            .expect_set_withdrawn()
            .times(writes)
            .withf(|_, withdrawal| withdrawal.as_ref().is_some_and(|withdrawal| withdrawal.reason == "Malware"))
            .returning(|_, _| Ok(()));
        let command = WithdrawSkill { slug: "tool".into(), reason: reason.into() };
        command.run(&mut takedowns, &context_of("user_root", [Permission::CatalogWrite]))
    }

    fn skill() -> ModeratedSkill {
        ModeratedSkill { id: SkillId(7), slug: "tool".into(), name: "Tool".into(), seller_id: None, withdrawn: None }
    }

    #[test]
    fn a_skill_is_withdrawn_once_with_the_reason_on_record() {
        let change = withdraw(Some(skill()), " Malware ", 1).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.resource_id, "tool");
        assert_eq!(record.new_values.as_ref().unwrap()["withdrawn"]["reason"], "Malware");
        let withdrawn = change.output().clone();
        let again = withdraw(Some(withdrawn.clone()), "Spam", 0).unwrap();
        assert!(again.records().is_empty());
        assert_eq!(again.output(), &withdrawn, "the first reason stays");
    }

    #[test]
    fn an_unknown_skill_and_an_empty_reason_are_refused() {
        assert!(matches!(withdraw(None, "Malware", 0), Err(Error::NotFound(_))));
        assert!(matches!(withdraw(Some(skill()), " ", 0), Err(Error::Invalid(_))));
    }
}
