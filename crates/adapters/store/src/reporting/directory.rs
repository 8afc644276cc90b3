//! The list of all users, by each of its five orders.

use aedile_kernel::{AccountStatus, Cursor, Page, PageRequest, Position, Result, UserId};
use aedile_reporting::directory::{Directory, DirectoryEntry, SortBy, SortOrder, UserDetail, UserFilter};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::user_story;
use crate::accounts::StandingRow;
use crate::connection::{Backend, Connection};
use crate::error::DriverResult;
use crate::page;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::users::{user_counts, users};

impl Directory for Connection {
    fn list(
        &mut self,
        filter: &UserFilter,
        sort_by: SortBy,
        order: SortOrder,
        page: &PageRequest,
    ) -> Result<Page<DirectoryEntry>> {
        let is_descending = order == SortOrder::Desc;
        let total = total(self, filter, page)?;
        let filter = &Filter::of(filter, total);
        let rows = match (&page.position, total) {
            (Position::Offset(offset), Some(total)) if *offset > 0 && filter.wanted.part.is_none() => {
                let place = nearer_end(i64::from(*offset), page::rows_to_read(page), total);
                at(self, filter, sort_by, is_descending, place)?
            }
            _ => from_start_or_cursor(self, filter, sort_by, is_descending, page)?,
        };
        let entries: Vec<DirectoryEntry> = rows.into_iter().map(StandingRow::entry).collect::<Result<_>>()?;
        Ok(page::of_rows(entries, page, total, |last| cursor(last, sort_by)))
    }

    fn find(&mut self, id: &UserId) -> Result<Option<UserDetail>> {
        type More = (bool, bool, bool, Option<String>, Option<String>);
        let row: Option<(StandingRow, More, Option<String>)> = users::table
            .left_join(role_assignments::table.inner_join(roles::table).on(role_assignments::user_id.eq(users::id)))
            .filter(users::id.eq(id.as_str()))
            .select((
                StandingRow::as_select(),
                (users::email_verified, users::api_disabled, users::marketing_opt_in, users::tier, users::seller_slug),
                roles::role_name.nullable(),
            ))
            .first(self)
            .optional()
            .db()?;
        let Some((row, (email_verified, api_disabled, marketing_opt_in, tier, seller_slug), role_name)) = row else {
            return Ok(None);
        };
        Ok(Some(UserDetail {
            entry: row.entry()?,
            email_verified,
            api_disabled,
            marketing_opt_in,
            tier,
            seller_slug,
            role_name,
            balances: user_story::balances(self, id)?,
            plan: user_story::plan(self, id)?,
            abuse_flags: user_story::abuse_flags(self, id)?,
            claims: user_story::claims(self, id)?,
            history: user_story::history(self, id)?,
        }))
    }
}

/// As the indexes name them.
const IS_ADMIN: &str = "is_admin";
const IS_SELLER: &str = "(tos_accepted_at IS NOT NULL)";
const STRIPE_CONNECTED: &str = "(stripe_connect_id IS NOT NULL)";

fn cursor(last: &DirectoryEntry, sort_by: SortBy) -> Cursor {
    match sort_by {
        SortBy::CreatedAt => Cursor::new(last.created_at.as_micros(), last.number),
        SortBy::Email => Cursor::new(last.email.clone().unwrap_or_default(), last.number),
        SortBy::IsAdmin => Cursor::new(i64::from(last.is_admin), last.number),
        SortBy::IsSeller => Cursor::new(i64::from(last.is_seller), last.number),
        SortBy::StripeConnected => Cursor::new(i64::from(last.stripe_connected), last.number),
    }
}

/// A state that more users than this are in is no way to find the few of a page: reading them in the order that is wanted,
/// and passing over others, is quicker than reading all of the state and sorting them.
const MANY: u64 = 2_000;

/// Who is listed.
struct Filter<'a> {
    wanted: &'a UserFilter,
    /// Whether many users are in the state that is asked for.
    is_common: bool,
}

impl<'a> Filter<'a> {
    /// The filter of a list that has `total` rows.
    fn of(wanted: &'a UserFilter, total: Option<u64>) -> Self {
        Self { wanted, is_common: wanted.part.is_none() && total.is_some_and(|total| total > MANY) }
    }
}

type Users<'a> = users::BoxedQuery<'a, Backend>;

fn passing(filter: &Filter<'_>) -> Users<'static> {
    let mut query = users::table.into_boxed();
    query = match filter.wanted.status {
        // As an expression it can't be looked up in the index of states.
        Some(status) if filter.is_common => {
            query.filter(sql::<Bool>("users.status || '' = ").bind::<Text, _>(status.as_str()))
        }
        Some(status) => query.filter(users::status.eq(status.as_str())),
        None => query.filter(users::status.ne(AccountStatus::Deleted.as_str())),
    };
    if let Some(part) = &filter.wanted.part {
        let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(users::search_text.like(format!("%{escaped}%")).escape('\\'));
    }
    query
}

fn load(connection: &mut Connection, query: Users<'_>, limit: i64) -> Result<Vec<StandingRow>> {
    query.limit(limit).select(StandingRow::as_select()).load(connection).db()
}

/// Rows sorted by a column and, where it is the same, by number. The plain bound beside the exact one lets both databases
/// start in the middle of the index.
macro_rules! sorted {
    ($query:expr, $column:expr, $key:expr, $page:expr, $is_descending:expr) => {{
        let (query, key) = ($query, $key);
        match (&$page.position, key, $is_descending) {
            (Position::After(cursor), Some(key), true) => query
                .filter($column.le(key.clone()))
                .filter($column.lt(key).or(users::number.lt(cursor.id)))
                .order(($column.desc(), users::number.desc())),
            (Position::After(cursor), Some(key), false) => query
                .filter($column.ge(key.clone()))
                .filter($column.gt(key).or(users::number.gt(cursor.id)))
                .order(($column.asc(), users::number.asc())),
            (_, _, true) => query.offset($page.offset().into()).order(($column.desc(), users::number.desc())),
            (_, _, false) => query.offset($page.offset().into()).order(($column.asc(), users::number.asc())),
        }
    }};
}

fn from_start_or_cursor(
    connection: &mut Connection,
    filter: &Filter<'_>,
    sort_by: SortBy,
    is_descending: bool,
    page: &PageRequest,
) -> Result<Vec<StandingRow>> {
    match sort_by {
        SortBy::CreatedAt => by_creation(connection, filter, is_descending, page),
        SortBy::Email => by_email(connection, filter, is_descending, page),
        SortBy::IsAdmin => by_flag(connection, filter, IS_ADMIN, is_descending, page),
        SortBy::IsSeller => by_flag(connection, filter, IS_SELLER, is_descending, page),
        SortBy::StripeConnected => by_flag(connection, filter, STRIPE_CONNECTED, is_descending, page),
    }
}

/// The rows at a place of the list. An index alone tells which they are, so none is read that is passed over.
fn at(
    connection: &mut Connection,
    filter: &Filter<'_>,
    sort_by: SortBy,
    is_descending: bool,
    place: Place,
) -> Result<Vec<StandingRow>> {
    let query = passing(filter).offset(place.offset).limit(place.rows);
    let is_descending = is_descending != place.is_from_end;
    let query = match (sort_by, is_descending) {
        (SortBy::CreatedAt, true) => query.order((users::created_at.desc(), users::number.desc())),
        (SortBy::CreatedAt, false) => query.order((users::created_at.asc(), users::number.asc())),
        (SortBy::Email, true) => query.order((users::sort_email.desc(), users::number.desc())),
        (SortBy::Email, false) => query.order((users::sort_email.asc(), users::number.asc())),
        (SortBy::IsAdmin, _) => ordered_by_flag(query, IS_ADMIN, is_descending),
        (SortBy::IsSeller, _) => ordered_by_flag(query, IS_SELLER, is_descending),
        (SortBy::StripeConnected, _) => ordered_by_flag(query, STRIPE_CONNECTED, is_descending),
    };
    let mut numbers: Vec<i64> = query.select(users::number).load(connection).db()?;
    if place.is_from_end {
        numbers.reverse();
    }
    let listed = users::table.filter(users::number.eq_any(&numbers)).select(StandingRow::as_select());
    let mut rows: Vec<StandingRow> = listed.load(connection).db()?;
    rows.sort_by_key(|row| numbers.iter().position(|number| *number == row.number));
    Ok(rows)
}

fn ordered_by_flag<'a>(query: Users<'a>, flag: &'static str, is_descending: bool) -> Users<'a> {
    if is_descending {
        query.order((sql::<Bool>(flag).desc(), users::number.desc()))
    } else {
        query.order((sql::<Bool>(flag).asc(), users::number.asc()))
    }
}

/// Where rows are in a list, counted from one of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    is_from_end: bool,
    /// How many rows are passed over.
    offset: i64,
    /// How many are read.
    rows: i64,
}

/// Where `wanted` rows behind an offset are in a list of `total` rows, from the end that is nearer.
fn nearer_end(offset: i64, wanted: i64, total: u64) -> Place {
    let behind = i64::try_from(total).unwrap_or(i64::MAX).saturating_sub(offset).max(0);
    let rows = wanted.min(behind);
    let from_end = behind - rows;
    if from_end < offset {
        Place { is_from_end: true, offset: from_end, rows }
    } else {
        Place { is_from_end: false, offset, rows }
    }
}

fn by_creation(
    connection: &mut Connection,
    filter: &Filter<'_>,
    is_descending: bool,
    page: &PageRequest,
) -> Result<Vec<StandingRow>> {
    let key = behind(page).map(Cursor::number).transpose()?;
    let query = sorted!(passing(filter), users::created_at, key, page, is_descending);
    load(connection, query, page::rows_to_read(page))
}

fn by_email(
    connection: &mut Connection,
    filter: &Filter<'_>,
    is_descending: bool,
    page: &PageRequest,
) -> Result<Vec<StandingRow>> {
    let key = behind(page).map(Cursor::text).transpose()?.map(str::to_owned);
    let query = sorted!(passing(filter), users::sort_email, key, page, is_descending);
    load(connection, query, page::rows_to_read(page))
}

/// Two groups of users, one after the other: a page begins in the group of its cursor and may go on in the other.
fn by_flag(
    connection: &mut Connection,
    filter: &Filter<'_>,
    flag: &'static str,
    is_descending: bool,
    page: &PageRequest,
) -> Result<Vec<StandingRow>> {
    let wanted = page::rows_to_read(page);
    let Some(cursor) = behind(page) else {
        let query = passing(filter).offset(page.offset().into());
        return load(connection, ordered_by_flag(query, flag, is_descending), wanted);
    };
    let group = cursor.number()? != 0;
    let of_group = |value: bool| {
        let query = passing(filter).filter(sql::<Bool>(flag).eq(value));
        if is_descending { query.order(users::number.desc()) } else { query.order(users::number.asc()) }
    };
    let rest = if is_descending {
        of_group(group).filter(users::number.lt(cursor.id))
    } else {
        of_group(group).filter(users::number.gt(cursor.id))
    };
    let mut rows = load(connection, rest, wanted)?;
    let missing = wanted.saturating_sub(i64::try_from(rows.len()).unwrap_or(wanted));
    if missing > 0 && group == is_descending {
        rows.extend(load(connection, of_group(!group), missing)?);
    }
    Ok(rows)
}

fn behind(page: &PageRequest) -> Option<&Cursor> {
    match &page.position {
        Position::After(cursor) => Some(cursor),
        Position::Offset(_) => None,
    }
}

/// Triggers keep count of the users in each state, so only a search has to count, and only on a page that is not reached
/// by a cursor.
fn total(connection: &mut Connection, filter: &UserFilter, page: &PageRequest) -> Result<Option<u64>> {
    if filter.part.is_some() {
        let filter = Filter::of(filter, None);
        return page::total(connection, page, |c| passing(&filter).count().get_result(c));
    }
    let counts = user_counts::table.select(sql::<BigInt>("CAST(COALESCE(SUM(users), 0) AS BIGINT)")).into_boxed();
    let counts = match filter.status {
        Some(status) => counts.filter(user_counts::status.eq(status.as_str())),
        None => counts.filter(user_counts::status.ne(AccountStatus::Deleted.as_str())),
    };
    let total: i64 = counts.first(connection).db()?;
    Ok(Some(total.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_the_nearer_end() {
        let place = |is_from_end, offset, rows| Place { is_from_end, offset, rows };
        for (offset, wanted, total, expected) in [
            (10, 51, 1_000, place(false, 10, 51)),
            (900, 51, 1_000, place(true, 49, 51)),
            (980, 51, 1_000, place(true, 0, 20)),
            (474, 51, 1_000, place(false, 474, 51)),
            (475, 51, 1_000, place(true, 474, 51)),
            (1_000, 51, 1_000, place(true, 0, 0)),
            (i64::from(u32::MAX), 101, 3, place(true, 0, 0)),
            (1, 51, 0, place(true, 0, 0)),
        ] {
            assert_eq!(nearer_end(offset, wanted, total), expected, "{offset} {wanted} {total}");
        }
    }
}
