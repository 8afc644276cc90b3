//! `review.write`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, Result, Together, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{OwnReview, WrittenReview};
use super::port::Reviews;

/// Says what the caller thinks of a skill that they installed or bought; what they said before is replaced.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteReview {
    /// The skill's slug.
    pub slug: String,
    /// 1 to 5.
    pub rating: i64,
    /// One line of at most 120 characters.
    #[serde(default)]
    pub title: Option<String>,
    /// At most 4,000 characters, in several lines.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub body: Option<String>,
}

impl Operation for WriteReview {
    const NAME: &'static str = "review.write";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Reviews;
    type Output = WrittenReview;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Command for WriteReview {
    fn run(&self, reviews: &mut Self::Repository, cx: &Context) -> Result<Change<WrittenReview>> {
        let in_range = (1..=5).contains(&self.rating);
        let ((), title, body) = (
            in_range.then_some(()).ok_or_else(|| Error::invalid("rating", "must be between 1 and 5")),
            self.title.as_deref().map(|title| text::line("title", title, 120)).transpose(),
            self.body.as_deref().map(|body| text::paragraphs("body", body, 4_000)).transpose(),
        )
            .together()?;
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only users review skills"))?;
        let skill = reviews.lock_skill(&self.slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        if skill.seller_id.as_ref() == Some(user) {
            return Err(Error::forbidden("nobody reviews a skill of their own"));
        }
        if !reviews.has_used(user, skill.id)? {
            return Err(Error::forbidden("only who installed or bought a skill may review it"));
        }
        if reviews.is_removed(user, skill.id)? {
            return Err(Error::forbidden(
                "an admin removed your review of this skill; ask them before you write another",
            ));
        }
        let before = reviews.find_own(user, skill.id)?;
        let after = OwnReview { skill_id: skill.id, user_id: user.clone(), rating: self.rating, title, body };
        let review = reviews.put(&after, before.as_ref().map(|review| review.rating), cx.now)?;
        let change = Change::of(Self::RESOURCE, review.id);
        let change = match &before {
            Some(before) => change.before(before).after(&after),
            None => change.after(&after),
        };
        let change = match skill.seller_id {
            Some(seller) => change.emit(Event::ReviewWritten { reviewer: user.clone(), seller }),
            None => change,
        };
        Ok(change.returning(WrittenReview { review, is_new: before.is_none() }))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::context_of;

    use super::super::model::{ReviewedSkill, SkillReview};
    use super::super::port::MockReviews;
    use super::*;
    use crate::id::{ReviewId, SkillId};

    fn user(id: &str) -> UserId {
        UserId::parse(id).unwrap()
    }

    fn write(by: &str, has_used: bool, before: Option<i64>, review: &WriteReview) -> Result<Change<WrittenReview>> {
        let mut reviews = MockReviews::new();
        let seller_id = Some(user("user_seller"));
        let skill = ReviewedSkill { id: SkillId(7), seller_id };
        reviews.expect_lock_skill().returning(move |slug| Ok((slug == "hello").then(|| skill.clone())));
        reviews.expect_has_used().returning(move |_, _| Ok(has_used));
        reviews.expect_is_removed().returning(|_, _| Ok(false));
        reviews.expect_find_own().returning(move |user, skill_id| {
            let user_id = user.clone();
            Ok(before.map(|rating| OwnReview { skill_id, user_id, rating, title: None, body: None }))
        });
        reviews.expect_put().withf(move |_, old, _| *old == before).returning(|own, _, now| {
            let OwnReview { rating, title, body, .. } = own.clone();
            let id = ReviewId(1);
            Ok(SkillReview { id, reviewer: None, rating, title, body, created_at: now, updated_at: now })
        });
        review.run(&mut reviews, &context_of(by, []))
    }

    fn review(rating: i64) -> WriteReview {
        WriteReview { slug: "hello".into(), rating, title: Some(" Fine ".into()), body: None }
    }

    #[test]
    fn a_first_review_is_new_and_its_seller_is_told_of() {
        let change = write("user_a", true, None, &review(5)).unwrap();
        assert!(change.output().is_new);
        assert_eq!(change.output().review.title.as_deref(), Some("Fine"));
        let told = Event::ReviewWritten { reviewer: user("user_a"), seller: user("user_seller") };
        assert_eq!(change.events(), [told]);
        assert_eq!(change.records().len(), 1);
    }

    #[test]
    fn a_second_one_takes_its_place() {
        let change = write("user_a", true, Some(2), &review(5)).unwrap();
        assert!(!change.output().is_new);
        assert_eq!(change.records()[0].old_values.as_ref().unwrap()["rating"], 2);
    }

    #[test]
    fn who_may_not_is_told_so() {
        assert!(matches!(write("user_a", false, None, &review(5)), Err(Error::Forbidden(_))));
        assert!(matches!(write("user_seller", true, None, &review(5)), Err(Error::Forbidden(_))));
        let nowhere = WriteReview { slug: "nowhere".into(), ..review(5) };
        assert!(matches!(write("user_a", true, None, &nowhere), Err(Error::NotFound(_))));
    }

    #[test]
    fn what_is_no_review_is_refused() {
        let long = |length| Some("x".repeat(length));
        for bad in [
            review(0),
            review(6),
            WriteReview { title: Some(" ".into()), ..review(3) },
            WriteReview { title: long(121), ..review(3) },
            WriteReview { body: long(4_001), ..review(3) },
            WriteReview { body: Some("a\u{0}b".into()), ..review(3) },
        ] {
            assert!(matches!(write("user_a", true, None, &bad), Err(Error::Invalid(_))));
        }
    }

    #[test]
    fn whose_review_an_admin_removed_writes_no_other() {
        let mut reviews = MockReviews::new();
        reviews.expect_lock_skill().returning(|_| Ok(Some(ReviewedSkill { id: SkillId(7), seller_id: None })));
        reviews.expect_has_used().returning(|_, _| Ok(true));
        reviews.expect_is_removed().returning(|_, _| Ok(true));
        reviews.expect_put().never();
        let again = WriteReview { slug: "hello".into(), rating: 1, title: None, body: None };
        assert!(matches!(again.run(&mut reviews, &context_of("user_a", [])), Err(Error::Forbidden(_))));
    }
}
