//! `review.remove`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::LONGEST_REASON;
use super::model::{ModeratedReview, Takedown};
use super::port::Takedowns;
use crate::id::ReviewId;

/// Removes a review: nobody sees it any more, its rating no longer counts, and its writer can't write another one of the
/// skill. Removing it again changes nothing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveReview {
    /// ID of the review.
    pub id: ReviewId,
    /// Reason, for the audit log and other admins: 1 to 1,000 characters.
    #[schemars(extend("x-multiline" = true))]
    pub reason: String,
}

impl Operation for RemoveReview {
    const NAME: &'static str = "review.remove";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "review";
    type Repository = dyn Takedowns;
    type Output = ModeratedReview;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for RemoveReview {
    fn run(&self, takedowns: &mut Self::Repository, cx: &Context) -> Result<Change<ModeratedReview>> {
        let reason = text::paragraphs("reason", &self.reason, LONGEST_REASON)?;
        let before = takedowns.lock_moderated_review(self.id)?.ok_or_else(|| Error::not_found("Review"))?;
        if before.removed.is_some() {
            return Ok(Change::none().returning(before));
        }
        let removed = Some(Takedown { at: cx.now, reason });
        takedowns.set_removed(self.id, removed.clone())?;
        let change = Change::of(Self::RESOURCE, self.id)
            .before(&json!({ "removed": before.removed }))
            .after(&json!({ "removed": removed }));
        Ok(change.returning(ModeratedReview { removed, ..before }))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockTakedowns;
    use super::*;

    pub(crate) fn review() -> ModeratedReview {
        ModeratedReview {
            id: ReviewId(3),
            skill_slug: "tool".into(),
            reviewer_id: UserId::parse("user_a").unwrap(),
            rating: 1,
            title: Some("Bad words".into()),
            body: None,
            removed: None,
        }
    }

    fn remove(review: Option<ModeratedReview>, reason: &str, writes: usize) -> Result<Change<ModeratedReview>> {
        let mut takedowns = MockTakedowns::new();
        takedowns.expect_lock_moderated_review().returning(move |_| Ok(review.clone()));
        takedowns.expect_set_removed().times(writes).withf(|_, it| it.is_some()).returning(|_, _| Ok(()));
        let command = RemoveReview { id: ReviewId(3), reason: reason.into() };
        command.run(&mut takedowns, &context_of("user_root", [Permission::CatalogWrite]))
    }

    #[test]
    fn a_review_is_removed_once_and_the_audit_log_keeps_the_reason_alone() {
        let change = remove(Some(review()), "Insults", 1).unwrap();
        let [record] = change.records() else { panic!("one record") };
        let row = record.new_values.as_ref().unwrap().to_string();
        assert!(row.contains("Insults") && !row.contains("Bad words"), "{row}");
        assert!(remove(Some(change.output().clone()), "Spam", 0).unwrap().records().is_empty());
    }

    #[test]
    fn an_unknown_review_and_an_empty_reason_are_refused() {
        assert!(matches!(remove(None, "Insults", 0), Err(Error::NotFound(_))));
        assert!(matches!(remove(Some(review()), "", 0), Err(Error::Invalid(_))));
    }
}
