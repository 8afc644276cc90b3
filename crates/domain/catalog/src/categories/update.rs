//! `category.update`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Prefill, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::fields;
use super::model::{Category, Icon};
use super::port::Categories;

/// Updates a category; omitted fields and the slug stay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCategory {
    /// Slug of the category.
    pub slug: String,
    /// One line of at most 64 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// One line of at most 500 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<String>,
    /// Icon.
    #[serde(default)]
    pub icon: Option<Icon>,
    /// Search keywords for the skills of this category, separated by commas; at most 500 characters.
    #[serde(default)]
    pub sample_keywords: Option<String>,
}

impl Operation for UpdateCategory {
    const NAME: &'static str = "category.update";
    const PERMISSION: Permission = Permission::CatalogWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "category.list", key: Some("slug") });
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Categories;
    type Output = Category;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Command for UpdateCategory {
    fn run(&self, categories: &mut Self::Repository, cx: &Context) -> Result<Change<Category>> {
        let before = categories.lock(&self.slug)?.ok_or_else(|| Error::not_found("Category"))?;
        let mut after = self.applied_to(&before)?;
        if after == before {
            return Ok(Change::none().returning(before));
        }
        after.updated_at = cx.now;
        categories.update(&after)?;
        if (&after.name, &after.sample_keywords) != (&before.name, &before.sample_keywords) {
            categories.index_skills(after.id)?;
        }
        Ok(Change::of(Self::RESOURCE, &after.slug).before(&before).after(&after).returning(after))
    }
}

impl UpdateCategory {
    fn applied_to(&self, before: &Category) -> Result<Category> {
        let Self { slug: _, name, description, icon, sample_keywords } = self;
        if name.is_none() && description.is_none() && icon.is_none() && sample_keywords.is_none() {
            return Err(Error::invalid("body", "must hold name, description, icon or sample_keywords"));
        }
        let mut after = before.clone();
        if let Some(name) = name {
            after.name = fields::name(name)?;
        }
        if let Some(description) = description {
            after.description = fields::description(description)?;
        }
        if let Some(keywords) = sample_keywords {
            after.sample_keywords = fields::sample_keywords(keywords)?;
        }
        after.icon = icon.unwrap_or(before.icon);
        Ok(after)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};
    use serde_json::{Value, json};

    use super::super::port::MockCategories;
    use super::*;
    use crate::id::CategoryId;

    fn documents() -> Category {
        let made = Timestamp::from_micros(NOW).plus_seconds(-60);
        Category {
            id: CategoryId(3),
            slug: "documents".into(),
            name: "Documents".into(),
            description: String::new(),
            icon: Icon::Grid,
            sample_keywords: "pdf".into(),
            created_at: made,
            updated_at: made,
        }
    }

    fn update(changes: &Value, writes: usize, indexed: usize) -> Result<Change<Category>> {
        let mut categories = MockCategories::new();
        categories.expect_lock().returning(|slug| Ok((slug == "documents").then(documents)));
        categories.expect_update().times(writes).returning(|_| Ok(()));
        categories.expect_index_skills().times(indexed).returning(|_| Ok(()));
        let mut input = json!({ "slug": "documents" });
        input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let command: UpdateCategory = serde_json::from_value(input).unwrap();
        command.run(&mut categories, &context_of("user_admin", [Permission::CatalogWrite]))
    }

    #[test]
    fn what_is_left_out_stays() {
        let change = update(&json!({ "icon": "zap", "description": "Paper" }), 1, 0).unwrap();
        let after = change.output();
        assert_eq!((after.icon, after.description.as_str(), after.name.as_str()), (Icon::Zap, "Paper", "Documents"));
        assert_eq!(after.updated_at, Timestamp::from_micros(NOW));
    }

    #[test]
    fn what_searches_look_through_follows_the_name_and_the_keywords() {
        for changes in [json!({ "name": "Papers" }), json!({ "sample_keywords": "" })] {
            assert_eq!(update(&changes, 1, 1).unwrap().records().len(), 1);
        }
    }

    #[test]
    fn the_same_is_no_change() {
        assert!(update(&json!({ "name": "Documents", "icon": "grid" }), 0, 0).unwrap().records().is_empty());
    }

    #[test]
    fn nothing_and_nonsense_are_refused() {
        assert!(matches!(update(&json!({}), 0, 0), Err(Error::Invalid(_))));
        assert!(matches!(update(&json!({ "name": " " }), 0, 0), Err(Error::Invalid(_))));
        assert!(matches!(update(&json!({ "slug": "else", "icon": "zap" }), 0, 0), Err(Error::NotFound(_))));
    }
}
