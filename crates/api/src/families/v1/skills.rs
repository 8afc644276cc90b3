//! `/v1/skills` and `/v1/detail`.

use actix_web::HttpResponse;
use aedile_catalog::skills::{GetSkill, GetSkillDetail, ListSkills, RatedReviews, Seller, SkillDetail, SkillVersion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use super::reviews::ReviewBody;
use super::skill_body::{self, SkillBody};
use crate::call::Answer;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListSkills>) -> Answer {
    let filter: Filter = call.query()?;
    let operation = ListSkills {
        page: call.page(filter.limit, filter.offset, filter.cursor.as_ref())?,
        category: filter.category,
        seller: filter.seller,
        min_price_cents: filter.min_price_cents,
        max_price_cents: filter.max_price_cents,
    };
    let key = &call.app.dependencies.installation_key;
    call.answer(operation, |page| (HttpResponse::Ok(), skill_body::skills(page, key))).await
}

pub(super) async fn get(call: Call<GetSkill>) -> Answer {
    let operation = GetSkill { slug: call.segment("slug")? };
    call.answer(operation, |skill| (HttpResponse::Ok(), SkillBody::from(skill))).await
}

pub(super) async fn detail(call: Call<GetSkillDetail>) -> Answer {
    let operation = GetSkillDetail { slug: call.segment("slug")? };
    call.answer(operation, |detail| (HttpResponse::Ok(), DetailBody::from(detail))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    category: Option<String>,
    seller: Option<String>,
    min_price_cents: Option<i64>,
    max_price_cents: Option<i64>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SkillDetailBody")]
pub(super) struct DetailBody {
    skill: SkillBody,
    seller: Option<Seller>,
    reviews: ReviewsBody,
    versions: Vec<VersionBody>,
    version_count: u64,
    installations: u64,
    related: Vec<SkillBody>,
}

impl From<SkillDetail> for DetailBody {
    fn from(detail: SkillDetail) -> Self {
        Self {
            skill: detail.skill.into(),
            seller: detail.seller,
            reviews: detail.reviews.into(),
            versions: detail.versions.into_iter().map(VersionBody::from).collect(),
            version_count: detail.version_count,
            installations: detail.installations,
            related: detail.related.into_iter().map(SkillBody::from).collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ReviewsBody {
    average: Option<f64>,
    count: i64,
    latest: Vec<ReviewBody>,
}

impl From<RatedReviews> for ReviewsBody {
    fn from(reviews: RatedReviews) -> Self {
        Self {
            average: skill_body::average(reviews.rating),
            count: reviews.rating.count,
            latest: reviews.latest.into_iter().map(ReviewBody::from).collect(),
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct VersionBody {
    version: String,
    sha256: String,
    size_bytes: i64,
    entries: i64,
    created_at: Zoned,
}

impl From<SkillVersion> for VersionBody {
    fn from(version: SkillVersion) -> Self {
        Self {
            version: version.version,
            sha256: version.sha256,
            size_bytes: version.size_bytes,
            entries: version.entries,
            created_at: version.created_at.into(),
        }
    }
}
