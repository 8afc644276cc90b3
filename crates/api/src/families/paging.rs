//! Which page of a list a query asks for.

use aedile_kernel::{Operation, PageRequest};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::api_family::ApiFamily;
use crate::call::AuthorizedCall;
use crate::page_query::{Cursor, Limit, Offset};
use crate::refusal::Refusal;

/// The query of a list that has nothing to filter by.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

/// The page that is asked for; the first one when nothing is said.
pub(crate) fn page<O: Operation, D: ApiFamily>(call: &AuthorizedCall<O, D>) -> Result<PageRequest, Refusal> {
    let Paging { limit, offset, cursor } = call.query()?;
    call.page(limit, offset, cursor.as_ref())
}

/// The page that is asked for, if one is.
pub(crate) fn optional_page<O: Operation, D: ApiFamily>(
    call: &AuthorizedCall<O, D>,
) -> Result<Option<PageRequest>, Refusal> {
    let Paging { limit, offset, cursor } = call.query()?;
    let is_paged = limit.is_some() || offset.is_some() || cursor.is_some();
    is_paged.then(|| call.page(limit, offset, cursor.as_ref())).transpose()
}
