//! What the marketplace offers.

mod categories;
mod downloads;
mod installations;
mod reviews;
mod sellers;
mod skills;
mod skills_listing;
mod skills_rows;
mod skills_search;
mod takedowns;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// Whether a skill is offered: nobody withdrew it, and its seller, where it has one, is neither on hold nor deleted. Only
/// for queries of `skills` with `users` joined as the seller.
const OFFERED: &str = "(skills.is_active AND (skills.seller_id IS NULL OR users.status NOT IN ('held', 'deleted')))";

/// [`OFFERED`] as a condition.
pub(crate) fn is_offered() -> SqlLiteral<Bool> {
    sql(OFFERED)
}

#[cfg(test)]
mod downloads_contract;
#[cfg(test)]
mod skills_contract;
#[cfg(test)]
mod skills_races;
#[cfg(test)]
mod takedowns_contract;
