//! `category.create`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result, Together};
use schemars::JsonSchema;
use serde::Deserialize;

use super::fields;
use super::model::{Category, Icon, NewCategory};
use super::port::Categories;
use crate::slug;

/// Creates a category. Its slug never changes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCategory {
    /// One line of at most 64 characters.
    pub name: String,
    /// Slug: 1 to 64 of `a-z`, `0-9` and single hyphens; made from the name when omitted.
    #[serde(default)]
    pub slug: Option<String>,
    /// One line of at most 500 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: String,
    /// Icon.
    #[serde(default)]
    pub icon: Icon,
    /// Search keywords for the skills of this category, separated by commas; at most 500 characters.
    #[serde(default)]
    pub sample_keywords: String,
}

impl Operation for CreateCategory {
    const NAME: &'static str = "category.create";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Categories;
    type Output = Category;

    fn resource_id(&self) -> Option<String> {
        slug::chosen("category", self.slug.as_deref(), &self.name).ok()
    }
}

impl Command for CreateCategory {
    fn run(&self, categories: &mut Self::Repository, cx: &Context) -> Result<Change<Category>> {
        let (slug, name, description, sample_keywords) = (
            slug::chosen("category", self.slug.as_deref(), &self.name),
            fields::name(&self.name),
            fields::description(&self.description),
            fields::sample_keywords(&self.sample_keywords),
        )
            .together()?;
        let new = NewCategory { slug, name, description, icon: self.icon, sample_keywords, created_at: cx.now };
        let category = categories.insert(&new)?;
        Ok(Change::of(Self::RESOURCE, &category.slug).after(&category).returning(category))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Error;
    use aedile_kernel::mock::context_of;
    use serde_json::{Value, json};

    use super::super::port::MockCategories;
    use super::*;
    use crate::id::CategoryId;

    fn create(input: Value) -> Result<Change<Category>> {
        let mut categories = MockCategories::new();
        categories.expect_insert().returning(|new| {
            let NewCategory { slug, name, description, icon, sample_keywords, created_at } = new.clone();
            let updated_at = created_at;
            Ok(Category { id: CategoryId(1), slug, name, description, icon, sample_keywords, created_at, updated_at })
        });
        let command: CreateCategory =
            serde_json::from_value(input).map_err(|e| Error::invalid("body", e.to_string()))?;
        command.run(&mut categories, &context_of("user_admin", [Permission::CatalogWrite]))
    }

    #[test]
    fn the_slug_comes_from_the_name_and_the_rest_has_defaults() {
        let change = create(json!({ "name": " Developer Tools " })).unwrap();
        let category = change.output();
        assert_eq!((category.slug.as_str(), category.name.as_str()), ("developer-tools", "Developer Tools"));
        assert_eq!(
            (category.icon, category.description.as_str(), category.sample_keywords.as_str()),
            (Icon::Grid, "", "")
        );
        assert_eq!(change.records()[0].resource_id, "developer-tools");
    }

    #[test]
    fn a_slug_may_be_chosen_and_every_name_has_one() {
        let slug = |input| create(input).unwrap().output().slug.clone();
        assert_eq!(slug(json!({ "name": "Developer Tools", "slug": "dev" })), "dev");
        assert!(slug(json!({ "name": "***" })).starts_with("category-"));
        assert_eq!(slug(json!({ "name": "北".repeat(64) })).len(), 59);
    }

    #[test]
    fn what_makes_no_category_is_refused() {
        for bad in [
            json!({}),
            json!({ "name": "two\nlines" }),
            json!({ "name": "x".repeat(65) }),
            json!({ "name": "A", "icon": "rocket" }),
            json!({ "name": "A", "description": "x".repeat(501) }),
            json!({ "name": "A", "sample_keywords": "a\u{7}b" }),
            json!({ "name": "A", "slug": "No Slug" }),
            json!({ "name": "A", "slug": "" }),
        ] {
            assert!(matches!(create(bad.clone()), Err(Error::Invalid(_))), "{bad}");
        }
    }
}
