//! The counts of calls.

use std::collections::{BTreeMap, BTreeSet};

use aedile_kernel::{Day, Result, Timestamp, UserId};
use aedile_platform::usage::{RouteCount, RouteSet, Usage, UsageCount, UsageTotal};
use diesel::dsl::{case_when, count_star};
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::connection::{Connection, each};
use crate::error::{DriverResult, inconsistent};
use crate::schema::platform::{usage_days, usage_totals};

/// How many rows go into one statement.
const CHUNK: usize = 500;

impl Usage for Connection {
    fn find_total(&mut self, user_id: &UserId) -> Result<Option<UsageTotal>> {
        let row: Option<(i64, i64, i64)> = usage_totals::table
            .find(user_id.as_str())
            .select((usage_totals::count, usage_totals::first_seen, usage_totals::last_seen))
            .first(self)
            .optional()
            .db()?;
        Ok(row.map(|(count, first_seen, last_seen)| UsageTotal {
            count: count.unsigned_abs(),
            first_seen: Some(Timestamp::from_micros(first_seen)),
            last_seen: Some(Timestamp::from_micros(last_seen)),
        }))
    }

    fn list_routes(&mut self, user_id: &UserId, since: Day) -> Result<Vec<RouteCount>> {
        let rows: Vec<(String, String, i64)> = usage_days::table
            .filter(usage_days::user_id.eq(user_id.as_str()).and(usage_days::day.ge(since.to_string())))
            .order((usage_days::day.desc(), usage_days::route))
            .select((usage_days::day, usage_days::route, usage_days::count))
            .load(self)
            .db()?;
        rows.into_iter()
            .map(|(day, route, count)| {
                let date = day.parse().map_err(|error| inconsistent("usage_days", "day", error))?;
                Ok(RouteCount { date, route, count: count.unsigned_abs() })
            })
            .collect()
    }

    fn add(&mut self, batch: &[UsageCount]) -> Result<()> {
        let days = days_of(batch, known_routes(self, batch)?);
        for chunk in days.chunks(CHUNK) {
            each!(self, |c| diesel::insert_into(usage_days::table)
                .values(chunk)
                .on_conflict((usage_days::user_id, usage_days::day, usage_days::route))
                .do_update()
                .set(usage_days::count.eq(usage_days::count + excluded(usage_days::count)))
                .execute(c))
            .db()?;
        }
        for chunk in totals_of(batch).chunks(CHUNK) {
            each!(self, |c| diesel::insert_into(usage_totals::table)
                .values(chunk)
                .on_conflict(usage_totals::user_id)
                .do_update()
                .set((
                    usage_totals::count.eq(usage_totals::count + excluded(usage_totals::count)),
                    usage_totals::first_seen.eq(case_when(
                        excluded(usage_totals::first_seen).lt(usage_totals::first_seen),
                        excluded(usage_totals::first_seen),
                    )
                    .otherwise(usage_totals::first_seen)),
                    usage_totals::last_seen.eq(case_when(
                        excluded(usage_totals::last_seen).gt(usage_totals::last_seen),
                        excluded(usage_totals::last_seen),
                    )
                    .otherwise(usage_totals::last_seen)),
                ))
                .execute(c))
            .db()?;
        }
        Ok(())
    }
}

#[derive(Insertable)]
#[diesel(table_name = usage_days, treat_none_as_default_value = false)]
struct DayRow<'a> {
    user_id: &'a str,
    day: String,
    route: &'a str,
    count: i64,
}

#[derive(Insertable)]
#[diesel(table_name = usage_totals, treat_none_as_default_value = false)]
struct TotalRow<'a> {
    user_id: &'a str,
    count: i64,
    first_seen: i64,
    last_seen: i64,
}

/// A user's day.
type UserDay<'a> = (&'a str, Day);

/// The rows to add, sorted and each but once, as one statement needs them.
fn days_of<'a>(batch: &'a [UsageCount], mut known: BTreeMap<UserDay<'a>, RouteSet>) -> Vec<DayRow<'a>> {
    let mut sums: BTreeMap<(UserDay<'a>, &'a str), i64> = BTreeMap::new();
    for count in batch {
        let user_day = (count.user_id.as_str(), count.date);
        let route = known.entry(user_day).or_default().admit(&count.route);
        let sum = sums.entry((user_day, route)).or_default();
        *sum = sum.saturating_add(to_i64(count.count));
    }
    sums.into_iter()
        .map(|(((user_id, day), route), count)| DayRow { user_id, day: day.to_string(), route, count })
        .collect()
}

/// The rows to add, sorted and each but once.
fn totals_of(batch: &[UsageCount]) -> Vec<TotalRow<'_>> {
    let mut totals: BTreeMap<&str, TotalRow<'_>> = BTreeMap::new();
    for count in batch {
        let (user_id, first, last) = (count.user_id.as_str(), count.first_at.as_micros(), count.last_at.as_micros());
        let total = totals.entry(user_id).or_insert(TotalRow { user_id, count: 0, first_seen: first, last_seen: last });
        total.count = total.count.saturating_add(to_i64(count.count));
        total.first_seen = total.first_seen.min(first);
        total.last_seen = total.last_seen.max(last);
    }
    totals.into_values().collect()
}

/// The stored routes of those days on which the bound could be reached; a day that has room for all that comes needs
/// no look at what it has.
fn known_routes<'a>(connection: &mut Connection, batch: &'a [UsageCount]) -> Result<BTreeMap<UserDay<'a>, RouteSet>> {
    let mut coming: BTreeMap<UserDay<'a>, BTreeSet<&'a str>> = BTreeMap::new();
    for count in batch {
        coming.entry((count.user_id.as_str(), count.date)).or_default().insert(&count.route);
    }
    let stored = stored_counts(connection, &coming)?;
    let mut known = BTreeMap::new();
    for ((user, day), routes) in coming {
        let there = stored.get(&(user.to_owned(), day.to_string())).copied().unwrap_or(0);
        if there > 0 && there.saturating_add(routes.len()) > RouteSet::CAPACITY {
            known.insert((user, day), RouteSet::new(stored_routes(connection, user, day)?));
        }
    }
    Ok(known)
}

/// How many routes each of these days has.
fn stored_counts(
    connection: &mut Connection,
    coming: &BTreeMap<UserDay<'_>, BTreeSet<&str>>,
) -> Result<BTreeMap<(String, String), usize>> {
    let users: BTreeSet<&str> = coming.keys().map(|(user, _)| *user).collect();
    let days: BTreeSet<String> = coming.keys().map(|(_, day)| day.to_string()).collect();
    let mut counts = BTreeMap::new();
    for users in users.into_iter().collect::<Vec<_>>().chunks(CHUNK) {
        let rows: Vec<(String, String, i64)> = each!(connection, |c| usage_days::table
            .filter(usage_days::user_id.eq_any(users).and(usage_days::day.eq_any(&days)))
            .group_by((usage_days::user_id, usage_days::day))
            .select((usage_days::user_id, usage_days::day, count_star()))
            .load(c))
        .db()?;
        counts.extend(rows.into_iter().map(|(user, day, n)| ((user, day), usize::try_from(n).unwrap_or(usize::MAX))));
    }
    Ok(counts)
}

fn stored_routes(connection: &mut Connection, user: &str, day: Day) -> Result<Vec<String>> {
    usage_days::table
        .filter(usage_days::user_id.eq(user).and(usage_days::day.eq(day.to_string())))
        .select(usage_days::route)
        .load(connection)
        .db()
}

/// More calls than fit could not have been made.
fn to_i64(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
