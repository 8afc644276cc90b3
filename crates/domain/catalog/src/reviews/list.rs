//! `review.list`

use aedile_kernel::{
    Authority, Context, Effect, Error, Operation, Page, PageRequest, Permission, Query, ReadCost, Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::SkillReview;
use super::port::Reviews;

/// Lists what users say of a skill, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListReviews {
    /// The skill's slug.
    pub slug: String,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListReviews {
    const NAME: &'static str = "review.list";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Reviews;
    type Output = Page<SkillReview>;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Query for ListReviews {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, reviews: &mut Self::Repository, _: &Context) -> Result<Page<SkillReview>> {
        let skill = reviews.find_skill(&self.slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        reviews.list(skill.id, &self.page)
    }
}
