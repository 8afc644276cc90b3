//! `seller.list_skills`

use aedile_kernel::{
    Authority, Context, Effect, Error, Operation, Page, PageRequest, Permission, Query, ReadCost, Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::Sellers;
use crate::skills::Skill;

/// Lists the skills that a seller offers, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSellerSkills {
    /// The seller's slug.
    pub slug: String,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSellerSkills {
    const NAME: &'static str = "seller.list_skills";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sellers;
    type Output = Page<Skill>;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Query for ListSellerSkills {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, sellers: &mut Self::Repository, _: &Context) -> Result<Page<Skill>> {
        if sellers.find_page(&self.slug)?.is_none() {
            return Err(Error::not_found("Seller"));
        }
        sellers.list_skills(&self.slug, &self.page)
    }
}
