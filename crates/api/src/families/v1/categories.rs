//! `/v1/categories`.

use actix_web::HttpResponse;
use aedile_catalog::categories::{BrowseCategories, Category, Icon};
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::openapi::{self, Shape};

pub(super) async fn list(call: Call<BrowseCategories>) -> Answer {
    call.answer(BrowseCategories {}, |categories| (HttpResponse::Ok(), all(categories))).await
}

/// `{"categories": […], "total"}`.
pub(in crate::families) fn all(categories: Vec<Category>) -> Fields {
    let total = categories.len();
    Fields::list::<Category, CategoryBody>("categories", categories).with("total", total)
}

/// What [`all`] writes.
pub(in crate::families) fn listed() -> Shape {
    openapi::list::<CategoryBody>("categories").with::<u64>("total")
}

/// A category as everybody sees it.
#[derive(Serialize, JsonSchema)]
pub(in crate::families) struct CategoryBody {
    #[schemars(example = &"cat-git")]
    id: String,
    category: String,
    name: String,
    description: String,
    icon: Icon,
    sample_keywords: String,
}

impl From<Category> for CategoryBody {
    fn from(category: Category) -> Self {
        Self {
            id: format!("cat-{}", category.slug),
            category: category.slug,
            name: category.name,
            description: category.description,
            icon: category.icon,
            sample_keywords: category.sample_keywords,
        }
    }
}
