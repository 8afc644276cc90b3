//! What other parts of the system know of a user, in short.

use aedile_kernel::{Result, Timestamp, UserId};
use aedile_reporting::directory::{ActionSummary, Balances, ClaimSummary, FlagSummary, PlanSummary};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::billing::{ledger_accounts, user_plans};
use crate::schema::catalog::skills;
use crate::schema::journal::audit_log;
use crate::schema::moderation::{abuse_flags, claims};

/// How much of each is shown.
const FEW: i64 = 10;

pub(super) fn balances(connection: &mut Connection, user: &UserId) -> Result<Balances> {
    let accounts = ledger_accounts::table.filter(ledger_accounts::owner.eq(user.as_str()));
    let rows: Vec<(String, i64)> =
        accounts.select((ledger_accounts::unit, ledger_accounts::balance)).load(connection).db()?;
    let balance = |unit: &str| rows.iter().find(|(of, _)| of == unit).map_or(0, |(_, balance)| *balance);
    Ok(Balances { micro_usd: balance("micro_usd"), credits: balance("credits") })
}

pub(super) fn plan(connection: &mut Connection, user: &UserId) -> Result<Option<PlanSummary>> {
    let plan = user_plans::table.find(user.as_str()).select((user_plans::tier, user_plans::reset_date));
    let row: Option<(String, i64)> = plan.first(connection).optional().db()?;
    Ok(row.map(|(tier, at)| PlanSummary { tier, reset_date: Timestamp::from_micros(at) }))
}

pub(super) fn abuse_flags(connection: &mut Connection, user: &UserId) -> Result<Vec<FlagSummary>> {
    let rows: Vec<(i64, String, String, i64)> = abuse_flags::table
        .filter(abuse_flags::reference_id.eq(user.as_str()))
        .order(abuse_flags::id.desc())
        .limit(FEW)
        .select((abuse_flags::id, abuse_flags::flag_type, abuse_flags::status, abuse_flags::created_at))
        .load(connection)
        .db()?;
    let summary =
        |(id, flag_type, status, at)| FlagSummary { id, flag_type, status, created_at: Timestamp::from_micros(at) };
    Ok(rows.into_iter().map(summary).collect())
}

pub(super) fn claims(connection: &mut Connection, user: &UserId) -> Result<Vec<ClaimSummary>> {
    let rows: Vec<(i64, String, String, i64)> = claims::table
        .inner_join(skills::table.on(skills::id.eq(claims::skill_id)))
        .filter(claims::claimant_id.eq(user.as_str()))
        .order(claims::id.desc())
        .limit(FEW)
        .select((claims::id, skills::slug, claims::status, claims::created_at))
        .load(connection)
        .db()?;
    let summary =
        |(id, skill_slug, status, at)| ClaimSummary { id, skill_slug, status, created_at: Timestamp::from_micros(at) };
    Ok(rows.into_iter().map(summary).collect())
}

pub(super) fn history(connection: &mut Connection, user: &UserId) -> Result<Vec<ActionSummary>> {
    let rows: Vec<(i64, String, String, String, i64)> = audit_log::table
        .filter(audit_log::resource_id.eq(user.as_str()))
        .order(audit_log::id.desc())
        .limit(FEW)
        .select((audit_log::id, audit_log::actor_id, audit_log::action, audit_log::status, audit_log::created_at))
        .load(connection)
        .db()?;
    let summary = |(id, actor_id, action, status, at)| ActionSummary {
        id,
        actor_id,
        action,
        status,
        created_at: Timestamp::from_micros(at),
    };
    Ok(rows.into_iter().map(summary).collect())
}
