//! Lists the categories.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Category;
use super::port::Categories;

/// Lists the categories by name, for everybody.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowseCategories {}

/// Lists the categories by name, for admins.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListCategories {}

impl Operation for BrowseCategories {
    const NAME: &'static str = "category.browse";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Categories;
    type Output = Vec<Category>;
}

impl Query for BrowseCategories {
    fn run(&self, categories: &mut Self::Repository, _: &Context) -> Result<Vec<Category>> {
        categories.list()
    }
}

impl Operation for ListCategories {
    const NAME: &'static str = "category.list";
    const PERMISSION: Permission = Permission::CatalogRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Categories;
    type Output = Vec<Category>;
}

impl Query for ListCategories {
    fn run(&self, categories: &mut Self::Repository, _: &Context) -> Result<Vec<Category>> {
        categories.list()
    }
}
