//! `/v1/admin/skills/…/withdraw|restore` and `/v1/admin/reviews/…/remove|restore`.

use actix_web::HttpResponse;
use aedile_catalog::takedowns::{
    ListRemovedReviews, ListWithdrawnSkills, ModeratedReview, ModeratedSkill, RemoveReview, RestoreReview,
    RestoreSkill, Takedown, WithdrawSkill,
};
use aedile_catalog::{ReviewId, SkillId};
use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn list_withdrawn(call: Call<ListWithdrawnSkills>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |skills| Fields::page::<_, SkillStateBody>("skills", skills, &page, key);
    call.answer(ListWithdrawnSkills { page: page.clone() }, |skills| (HttpResponse::Ok(), encode(skills))).await
}

pub(super) async fn withdraw(mut call: Call<WithdrawSkill>) -> Answer {
    let Why { reason } = call.json().await?;
    let operation = WithdrawSkill { slug: call.segment("slug")?, reason };
    call.answer(operation, |skill| (HttpResponse::Ok(), SkillStateBody::from(skill))).await
}

pub(super) async fn restore(mut call: Call<RestoreSkill>) -> Answer {
    let reason = call.optional_json::<Perhaps>().await?.and_then(|given| given.reason);
    let operation = RestoreSkill { slug: call.segment("slug")?, reason };
    call.answer(operation, |skill| (HttpResponse::Ok(), SkillStateBody::from(skill))).await
}

pub(super) async fn list_removed(call: Call<ListRemovedReviews>) -> Answer {
    let page = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |reviews| Fields::page::<_, ReviewStateBody>("reviews", reviews, &page, key);
    call.answer(ListRemovedReviews { page: page.clone() }, |reviews| (HttpResponse::Ok(), encode(reviews))).await
}

pub(super) async fn remove_review(mut call: Call<RemoveReview>) -> Answer {
    let Why { reason } = call.json().await?;
    let operation = RemoveReview { id: ReviewId(call.number()?), reason };
    call.answer(operation, |review| (HttpResponse::Ok(), ReviewStateBody::from(review))).await
}

pub(super) async fn restore_review(mut call: Call<RestoreReview>) -> Answer {
    let reason = call.optional_json::<Perhaps>().await?.and_then(|given| given.reason);
    let operation = RestoreReview { id: ReviewId(call.number()?), reason };
    call.answer(operation, |review| (HttpResponse::Ok(), ReviewStateBody::from(review))).await
}

/// The reason of a takedown.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TakedownReason")]
pub(super) struct Why {
    /// 1 to 1,000 characters.
    reason: String,
}

/// The reason of a restoration.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RestorationReason")]
pub(super) struct Perhaps {
    /// At most 1,000 characters.
    #[serde(default)]
    reason: Option<String>,
}

/// Since when and why something is taken down.
#[derive(Serialize, JsonSchema)]
pub(super) struct TakedownBody {
    at: Zoned,
    reason: String,
}

impl From<Takedown> for TakedownBody {
    fn from(takedown: Takedown) -> Self {
        Self { at: takedown.at.into(), reason: takedown.reason }
    }
}

/// A skill, offered while `withdrawn` is null.
#[derive(Serialize, JsonSchema)]
pub(super) struct SkillStateBody {
    id: SkillId,
    slug: String,
    name: String,
    seller_id: Option<UserId>,
    withdrawn: Option<TakedownBody>,
}

impl From<ModeratedSkill> for SkillStateBody {
    fn from(skill: ModeratedSkill) -> Self {
        Self {
            id: skill.id,
            slug: skill.slug,
            name: skill.name,
            seller_id: skill.seller_id,
            withdrawn: skill.withdrawn.map(TakedownBody::from),
        }
    }
}

/// A review, shown while `removed` is null.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReviewStateBody {
    id: ReviewId,
    skill_slug: String,
    reviewer_id: UserId,
    rating: i64,
    title: Option<String>,
    body: Option<String>,
    removed: Option<TakedownBody>,
}

impl From<ModeratedReview> for ReviewStateBody {
    fn from(review: ModeratedReview) -> Self {
        Self {
            id: review.id,
            skill_slug: review.skill_slug,
            reviewer_id: review.reviewer_id,
            rating: review.rating,
            title: review.title,
            body: review.body,
            removed: review.removed.map(TakedownBody::from),
        }
    }
}
