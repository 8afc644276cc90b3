//! Which page of a list a query asks for.

use aedile_kernel::{Operation, PageRequest};
use serde::Deserialize;

use super::Dialect;
use crate::call::Call;
use crate::refusal::Refusal;

/// The query of a list that has nothing to filter by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    limit: Option<i64>,
    offset: Option<i64>,
    cursor: Option<String>,
}

/// Refuses a query where there is nothing to ask for.
pub(crate) fn nothing_asked<O: Operation, D: Dialect>(call: &Call<O, D>) -> Result<(), Refusal> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    let Nothing {} = call.query()?;
    Ok(())
}

/// The page that is asked for; the first one when nothing is said.
pub(crate) fn page<O: Operation, D: Dialect>(call: &Call<O, D>) -> Result<PageRequest, Refusal> {
    let Paging { limit, offset, cursor } = call.query()?;
    call.page(limit, offset, cursor.as_deref())
}

/// The page that is asked for, if one is.
pub(crate) fn optional_page<O: Operation, D: Dialect>(call: &Call<O, D>) -> Result<Option<PageRequest>, Refusal> {
    let Paging { limit, offset, cursor } = call.query()?;
    let is_paged = limit.is_some() || offset.is_some() || cursor.is_some();
    is_paged.then(|| call.page(limit, offset, cursor.as_deref())).transpose()
}
