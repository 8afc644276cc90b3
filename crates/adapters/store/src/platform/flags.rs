//! The feature flags.

use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use aedile_platform::flags::{Flag, FlagId, Flags, Member, NewFlag, Rollout};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::members;
use crate::connection::{Backend, Connection, cols};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::page;
use crate::schema::platform::feature_flags;

const TAKEN: &str = "a flag with this name exists already";

impl Flags for Connection {
    fn list(&mut self, page: &PageRequest) -> Result<Page<Flag>> {
        let query = feature_flags::table.order(feature_flags::id).limit(page::rows_to_read(page)).into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(feature_flags::id.gt(cursor.id)),
        };
        let flags = into_flags(query.select(FlagRow::as_select()).load(self).db()?)?;
        let total = page::total(self, page, |c| feature_flags::table.count().get_result(c))?;
        Ok(page::of_rows(flags, page, total, |flag| Cursor::new(flag.id.0, flag.id.0)))
    }

    fn list_all(&mut self) -> Result<Vec<Flag>> {
        let rows = feature_flags::table.order(feature_flags::id).select(FlagRow::as_select()).load(self);
        into_flags(rows.db()?)
    }

    fn find_by_name(&mut self, flag_name: &str) -> Result<Option<FlagId>> {
        let named = feature_flags::table.filter(feature_flags::flag_name.eq(flag_name)).select(feature_flags::id);
        Ok(named.get_result(self).optional().db()?.map(FlagId))
    }

    fn find_flag(&mut self, id: FlagId) -> Result<Option<Flag>> {
        let row: Option<FlagRow> =
            feature_flags::table.find(id.0).select(FlagRow::as_select()).get_result(self).optional().db()?;
        row.map(FlagRow::into_flag).transpose()
    }

    fn list_members(&mut self, after: i64, limit: u32) -> Result<Vec<Member>> {
        members::list(self, after, limit)
    }

    fn lock_flag(&mut self, id: FlagId) -> Result<Option<Flag>> {
        let query = feature_flags::table.find(id.0).select(cols::<FlagRow>());
        let row: QueryResult<FlagRow> = match self {
            Self::Sqlite(c) => query.get_result(c),
            Self::Postgres(c) => query.for_update().get_result(c),
        };
        row.optional().db()?.map(FlagRow::into_flag).transpose()
    }

    fn known_tiers(&mut self) -> Result<Vec<String>> {
        let tiers: Vec<Tier> = diesel::sql_query("SELECT tier_name FROM tiers").load(self).db()?;
        Ok(tiers.into_iter().map(|tier| tier.tier_name).collect())
    }

    fn insert(&mut self, flag: &NewFlag) -> Result<Flag> {
        let row: FlagRow = diesel::insert_into(feature_flags::table)
            .values((
                feature_flags::flag_name.eq(&flag.flag_name),
                feature_flags::enabled.eq(flag.enabled),
                feature_flags::rollout_basis_points.eq(i64::from(flag.rollout_percentage.basis_points())),
                feature_flags::target_tiers.eq(to_json(&flag.target_tiers)),
                feature_flags::target_users.eq(to_json(&flag.target_users)),
                feature_flags::description.eq(&flag.description),
                feature_flags::created_by.eq(&flag.created_by),
                feature_flags::created_at.eq(flag.created_at.as_micros()),
                feature_flags::updated_at.eq(flag.created_at.as_micros()),
            ))
            .returning(cols::<FlagRow>())
            .get_result(self)
            .db_unique(TAKEN)?;
        row.into_flag()
    }

    fn update(&mut self, flag: &Flag) -> Result<()> {
        let changed = diesel::update(feature_flags::table.find(flag.id.0))
            .set((
                feature_flags::flag_name.eq(&flag.flag_name),
                feature_flags::enabled.eq(flag.enabled),
                feature_flags::rollout_basis_points.eq(i64::from(flag.rollout_percentage.basis_points())),
                feature_flags::target_tiers.eq(to_json(&flag.target_tiers)),
                feature_flags::target_users.eq(to_json(&flag.target_users)),
                feature_flags::description.eq(&flag.description),
                feature_flags::updated_at.eq(flag.updated_at.as_micros()),
            ))
            .execute(self)
            .db_unique(TAKEN)?;
        exactly(1, changed)
    }

    fn delete(&mut self, id: FlagId) -> Result<()> {
        diesel::delete(feature_flags::table.find(id.0)).execute(self).db().map(drop)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = feature_flags, check_for_backend(Backend))]
struct FlagRow {
    id: i64,
    flag_name: String,
    enabled: bool,
    rollout_basis_points: i64,
    target_tiers: String,
    target_users: String,
    description: Option<String>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl FlagRow {
    fn into_flag(self) -> Result<Flag> {
        Ok(Flag {
            id: FlagId(self.id),
            flag_name: self.flag_name,
            enabled: self.enabled,
            rollout_percentage: Rollout::from_basis_points(self.rollout_basis_points)
                .map_err(|error| inconsistent("feature_flags", "rollout_basis_points", error))?,
            target_tiers: from_json("target_tiers", &self.target_tiers)?,
            target_users: from_json("target_users", &self.target_users)?,
            description: self.description,
            created_by: self.created_by,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[derive(QueryableByName)]
struct Tier {
    #[diesel(sql_type = Text)]
    tier_name: String,
}

fn into_flags(rows: Vec<FlagRow>) -> Result<Vec<Flag>> {
    rows.into_iter().map(FlagRow::into_flag).collect()
}

fn to_json(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

fn from_json(column: &'static str, text: &str) -> Result<Vec<String>> {
    serde_json::from_str(text).map_err(|error| inconsistent("feature_flags", column, error))
}
