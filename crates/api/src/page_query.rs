//! Query parameters that ask for a page of a list.

use schemars::JsonSchema;
use serde::Deserialize;

/// Maximum number of rows: 1 to 100, default 50.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(crate) struct Limit(#[schemars(range(min = 1, max = 100))] pub(crate) i64);

/// Number of rows to skip; can't be combined with `cursor`.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(crate) struct Offset(#[schemars(range(min = 0, max = 4_294_967_295_u32))] pub(crate) i64);

/// Where the page before ended: its `next_cursor`.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(crate) struct Cursor(pub(crate) String);
