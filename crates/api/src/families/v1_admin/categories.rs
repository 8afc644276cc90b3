//! `/v1/admin/categories`.

use actix_web::HttpResponse;
use aedile_catalog::categories::{Category, CreateCategory, DeleteCategory, Icon, ListCategories, UpdateCategory};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::times::Zoned;
use crate::families::v1::categories::{CategoryBody, all};

pub(super) async fn list(call: Call<ListCategories>) -> Answer {
    call.answer(ListCategories {}, |categories| (HttpResponse::Ok(), all(categories))).await
}

pub(super) async fn create(mut call: Call<CreateCategory>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |category| (HttpResponse::Created(), CategoryBody::from(category))).await
}

pub(super) async fn update(mut call: Call<UpdateCategory>) -> Answer {
    let Changes { name, description, icon, sample_keywords } = call.json().await?;
    let operation = UpdateCategory { slug: call.segment("slug")?, name, description, icon, sample_keywords };
    call.answer(operation, |category| (HttpResponse::Ok(), ChangedBody::from(category))).await
}

pub(super) async fn delete(call: Call<DeleteCategory>) -> Answer {
    call.run(DeleteCategory { slug: call.segment("slug")? }).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    name: Option<String>,
    description: Option<String>,
    icon: Option<Icon>,
    sample_keywords: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CategoryChangedBody")]
pub(super) struct ChangedBody {
    #[serde(flatten)]
    category: CategoryBody,
    updated_at: Zoned,
}

impl From<Category> for ChangedBody {
    fn from(category: Category) -> Self {
        Self { updated_at: category.updated_at.into(), category: category.into() }
    }
}
