//! `review.restore`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::LONGEST_REASON;
use super::model::ModeratedReview;
use super::port::Takedowns;
use crate::id::ReviewId;

/// Restores a removed review and its rating. Idempotent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreReview {
    /// ID of the review.
    pub id: ReviewId,
    /// Reason for the audit log, at most 1,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub reason: Option<String>,
}

impl Operation for RestoreReview {
    const NAME: &'static str = "review.restore";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "review";
    type Repository = dyn Takedowns;
    type Output = ModeratedReview;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for RestoreReview {
    fn run(&self, takedowns: &mut Self::Repository, _: &Context) -> Result<Change<ModeratedReview>> {
        let reason = self.reason.as_deref().map(|text| text::paragraphs("reason", text, LONGEST_REASON)).transpose()?;
        let before = takedowns.lock_moderated_review(self.id)?.ok_or_else(|| Error::not_found("Review"))?;
        if before.removed.is_none() {
            return Ok(Change::none().returning(before));
        }
        takedowns.set_removed(self.id, None)?;
        let change = Change::of(Self::RESOURCE, self.id)
            .before(&json!({ "removed": before.removed }))
            .after(&json!({ "removed": null, "reason": reason }));
        Ok(change.returning(ModeratedReview { removed: None, ..before }))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::model::Takedown;
    use super::super::port::MockTakedowns;
    use super::super::remove_review::tests::review;
    use super::*;

    fn restore(is_removed: bool, writes: usize) -> Change<ModeratedReview> {
        let at = Timestamp::from_micros(NOW);
        let removed = is_removed.then(|| Takedown { at, reason: "Insults".into() });
        let mut takedowns = MockTakedowns::new();
        let before = ModeratedReview { removed, ..review() };
        takedowns.expect_lock_moderated_review().return_once(move |_| Ok(Some(before)));
        takedowns.expect_set_removed().times(writes).withf(|_, it| it.is_none()).returning(|_, _| Ok(()));
        let command = RestoreReview { id: ReviewId(3), reason: None };
        command.run(&mut takedowns, &context_of("user_root", [Permission::CatalogWrite])).unwrap()
    }

    #[test]
    fn a_removed_review_is_shown_again_and_a_shown_one_stays() {
        let change = restore(true, 1);
        assert_eq!(change.output(), &review());
        assert_eq!(change.records()[0].old_values.as_ref().unwrap()["removed"]["reason"], "Insults");
        assert!(restore(false, 0).records().is_empty());
    }
}
