//! Lists the reviews that are removed.

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::ModeratedReview;
use super::port::Takedowns;

/// Lists the removed reviews, the last removed first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRemovedReviews {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListRemovedReviews {
    const NAME: &'static str = "review.list_removed";
    const PERMISSION: Permission = Permission::CatalogRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "review";
    type Repository = dyn Takedowns;
    type Output = Page<ModeratedReview>;
}

impl Query for ListRemovedReviews {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, takedowns: &mut Self::Repository, _: &Context) -> Result<Page<ModeratedReview>> {
        takedowns.list_removed(&self.page)
    }
}
