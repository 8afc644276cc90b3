//! `/v1/skills/{slug}/reviews`.

use actix_web::HttpResponse;
use aedile_catalog::ReviewId;
use aedile_catalog::reviews::{ListReviews, SkillReview, WriteReview};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn list(call: Call<ListReviews>) -> Answer {
    let page = page(&call)?;
    let operation = ListReviews { slug: call.segment("slug")?, page: page.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |reviews| Fields::page::<_, ReviewBody>("reviews", reviews, &page, key);
    call.answer(operation, |reviews| (HttpResponse::Ok(), encode(reviews))).await
}

/// 201 for a first review, 200 for one in place of another.
pub(super) async fn write(mut call: Call<WriteReview>) -> Answer {
    let Said { rating, title, body } = call.json().await?;
    let operation = WriteReview { slug: call.segment("slug")?, rating, title, body };
    call.answer(operation, |written| {
        let response = if written.is_new { HttpResponse::Created() } else { HttpResponse::Ok() };
        (response, ReviewBody::from(written.review))
    })
    .await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    rating: i64,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    body: Option<String>,
}

/// A review as everybody sees it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ReviewBody {
    id: ReviewId,
    reviewer: Option<String>,
    rating: i64,
    title: Option<String>,
    body: Option<String>,
    created_at: Zoned,
    updated_at: Zoned,
}

impl From<SkillReview> for ReviewBody {
    fn from(review: SkillReview) -> Self {
        Self {
            id: review.id,
            reviewer: review.reviewer,
            rating: review.rating,
            title: review.title,
            body: review.body,
            created_at: review.created_at.into(),
            updated_at: review.updated_at.into(),
        }
    }
}
