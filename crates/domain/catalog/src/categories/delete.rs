//! `category.delete`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::Categories;

/// Deletes a category that no skill belongs to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteCategory {
    /// Slug of the category.
    pub slug: String,
}

impl Operation for DeleteCategory {
    const NAME: &'static str = "category.delete";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Categories;
    type Output = ();

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Command for DeleteCategory {
    fn run(&self, categories: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
        let category = categories.lock(&self.slug)?.ok_or_else(|| Error::not_found("Category"))?;
        match categories.count_skills(category.id)? {
            0 => {}
            1 => return Err(Error::conflict("a skill belongs to this category: move it to another one first")),
            skills => {
                return Err(Error::conflict(format!(
                    "{skills} skills belong to this category: move them to another one first"
                )));
            }
        }
        categories.delete(&category)?;
        Ok(Change::of(Self::RESOURCE, &category.slug).before(&category))
    }
}
