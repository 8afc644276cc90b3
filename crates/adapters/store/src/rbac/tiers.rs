//! The tiers.

use aedile_kernel::{Result, Timestamp};
use aedile_rbac::tiers::{NewTier, Tier, TierId, TierUses, Tiers};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::rule_rows::{TierRow, write_json};
use crate::connection::{Connection, cols};
use crate::error::{DriverResult, exactly};
use crate::schema::rules::{endpoint_overrides, scopes, tiers};
use crate::schema::users::users;

impl Tiers for Connection {
    fn list_tiers(&mut self) -> Result<Vec<Tier>> {
        list(self)
    }

    fn lock_tier(&mut self, name: &str) -> Result<Option<Tier>> {
        let named = tiers::table.filter(tiers::tier_name.eq(name));
        let row: Option<TierRow> = match self {
            Self::Sqlite(c) => named.select(TierRow::as_select()).first(c),
            Self::Postgres(c) => named.select(TierRow::as_select()).for_update().first(c),
        }
        .optional()
        .db()?;
        row.map(Tier::try_from).transpose()
    }

    fn find_rank_holder(&mut self, order_rank: u32) -> Result<Option<String>> {
        let holder = tiers::table.filter(tiers::order_rank.eq(i64::from(order_rank))).select(tiers::tier_name);
        holder.first(self).optional().db()
    }

    fn find_tier_uses(&mut self, name: &str) -> Result<TierUses> {
        let endpoints = endpoint_overrides::table.filter(endpoint_overrides::required_tier.eq(name));
        let people = users::table.filter(users::tier.eq(name)).filter(users::status.ne("deleted"));
        Ok(TierUses {
            by_scopes: select(exists(scopes::table.filter(scopes::required_tier.eq(name)))).get_result(self).db()?,
            by_endpoints: select(exists(endpoints)).get_result(self).db()?,
            by_users: select(exists(people)).get_result(self).db()?,
        })
    }

    fn insert_tier(&mut self, tier: &NewTier, now: Timestamp) -> Result<Tier> {
        let row: TierRow = diesel::insert_into(tiers::table)
            .values((
                tiers::tier_name.eq(&tier.tier_name),
                tiers::order_rank.eq(i64::from(tier.order_rank)),
                tiers::rate_limit.eq(i64::from(tier.rate_limit)),
                tiers::display_name.eq(&tier.display_name),
                tiers::description.eq(&tier.description),
                tiers::features.eq(write_json(&tier.features)?),
                tiers::is_active.eq(tier.is_active),
                tiers::created_at.eq(now.as_micros()),
                tiers::updated_at.eq(now.as_micros()),
            ))
            .returning(cols::<TierRow>())
            .get_result(self)
            .db_unique("a tier of this name or order_rank exists")?;
        row.try_into()
    }

    fn update_tier(&mut self, tier: &Tier) -> Result<()> {
        let changed = diesel::update(tiers::table.find(tier.id.0))
            .set((
                tiers::order_rank.eq(i64::from(tier.order_rank)),
                tiers::rate_limit.eq(i64::from(tier.rate_limit)),
                tiers::display_name.eq(&tier.display_name),
                tiers::description.eq(&tier.description),
                tiers::features.eq(write_json(&tier.features)?),
                tiers::is_active.eq(tier.is_active),
                tiers::updated_at.eq(tier.updated_at.as_micros()),
            ))
            .execute(self)
            .db_unique("another tier has this order_rank")?;
        exactly(1, changed)
    }

    fn delete_tier(&mut self, id: TierId) -> Result<()> {
        exactly(1, diesel::delete(tiers::table.find(id.0)).execute(self).db()?)
    }
}

pub(super) fn list(connection: &mut Connection) -> Result<Vec<Tier>> {
    let rows: Vec<TierRow> =
        tiers::table.order((tiers::order_rank, tiers::id)).select(TierRow::as_select()).load(connection).db()?;
    rows.into_iter().map(Tier::try_from).collect()
}
