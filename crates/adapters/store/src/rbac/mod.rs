//! Roles and their assignments, tiers, scopes and endpoint overrides, and what the gateway reads of them at once.

mod access;
mod assignments;
mod endpoints;
mod gateway;
mod people;
mod principal;
mod role_rows;
mod roles;
mod rule_rows;
mod scopes;
mod tiers;

#[cfg(test)]
mod gateway_contract;
#[cfg(test)]
mod gateway_races;
#[cfg(test)]
mod roles_contract;
#[cfg(test)]
mod roles_races;

use aedile_kernel::Result;
use diesel::prelude::*;

use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::rules::tiers as tiers_table;

/// Whether the tier exists; on PostgreSQL its row is held so that it can't be deleted before the transaction ends.
fn hold_tier(connection: &mut Connection, name: &str) -> Result<bool> {
    let row = tiers_table::table.filter(tiers_table::tier_name.eq(name)).select(tiers_table::id);
    let held: Option<i64> = match connection {
        Connection::Sqlite(c) => row.first(c),
        Connection::Postgres(c) => row.for_share().first(c),
    }
    .optional()
    .db()?;
    Ok(held.is_some())
}
