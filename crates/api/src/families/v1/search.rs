//! `/v1/search`.

use actix_web::HttpResponse;
use aedile_catalog::skills::SearchSkills;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Call, skill_body};
use crate::call::Answer;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn search(call: Call<SearchSkills>) -> Answer {
    let asked: Asked = call.query()?;
    let operation = SearchSkills {
        page: call.page(asked.limit, asked.offset, asked.cursor.as_ref())?,
        q: asked.q,
        category: asked.category,
        min_price_cents: asked.min_price_cents,
        max_price_cents: asked.max_price_cents,
    };
    let key = &call.app.dependencies.installation_key;
    call.answer(operation, |page| (HttpResponse::Ok(), skill_body::skills(page, key))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    q: String,
    category: Option<String>,
    min_price_cents: Option<i64>,
    max_price_cents: Option<i64>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}
