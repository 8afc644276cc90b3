//! Plans.

use aedile_billing::ledger::{AccountKind, TransactionId, Unit};
use aedile_billing::plans::{CreditEvent, PlanTier, Plans, UserPlan};
use aedile_kernel::{AccountStatus, Cursor, Page, PageRequest, Position, Result, Timestamp, UserId};
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::ledger::{hold_user, source};
use crate::connection::{Connection, Portable, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::schema::billing::{ledger_accounts, ledger_lines, ledger_postings, plan_tiers, user_plans};
use crate::schema::users::users;
use crate::{page, read};

type Row = (String, String, i64, i64, i64, Option<i64>);

macro_rules! row {
    () => {
        (
            user_plans::user_id,
            user_plans::tier,
            plan_tiers::monthly_credits,
            user_plans::started_at,
            user_plans::reset_date,
            ledger_accounts::balance.nullable(),
        )
    };
}

impl Plans for Connection {
    fn list_tiers(&mut self) -> Result<Vec<PlanTier>> {
        let order = (plan_tiers::allotment, plan_tiers::name);
        let columns = (plan_tiers::name, plan_tiers::allotment, plan_tiers::monthly_credits);
        let rows: Vec<(String, i64, i64)> = plan_tiers::table.order(order).select(columns).load(self).db()?;
        let tier = |(name, allotment, monthly_credits)| PlanTier { name, allotment, monthly_credits };
        Ok(rows.into_iter().map(tier).collect())
    }

    fn is_known(&mut self, user: &UserId) -> Result<bool> {
        let known = users::table.filter(users::id.eq(user.as_str()));
        let known = known.filter(users::status.ne(AccountStatus::Deleted.as_str())).select(users::number);
        Ok(known.first::<i64>(self).optional().db()?.is_some())
    }

    fn find_plan(&mut self, user: &UserId) -> Result<Option<UserPlan>> {
        let row: Option<Row> = with_balance()
            .filter(user_plans::user_id.eq(user.as_str()))
            .filter(users::status.ne(AccountStatus::Deleted.as_str()))
            .select(row!())
            .first(self)
            .optional()
            .db()?;
        row.map(into_plan).transpose()
    }

    fn lock_plan(&mut self, user: &UserId) -> Result<Option<UserPlan>> {
        let row = user_plans::table.find(user.as_str()).select(user_plans::user_id);
        let _held: Vec<String> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        self.find_plan(user)
    }

    fn insert_plan(&mut self, plan: &UserPlan) -> Result<bool> {
        let known: Option<String> =
            user_plans::table.find(plan.user_id.as_str()).select(user_plans::user_id).first(self).optional().db()?;
        if known.is_some() {
            return Ok(false);
        }
        hold_user(self, &plan.user_id)?;
        let new = (
            user_plans::user_id.eq(plan.user_id.as_str()),
            user_plans::tier.eq(&plan.tier),
            user_plans::started_at.eq(plan.started_at.as_micros()),
            user_plans::reset_date.eq(plan.reset_date.as_micros()),
        );
        let insert = diesel::insert_into(user_plans::table).values(new).on_conflict_do_nothing();
        Ok(Portable(insert).execute(self).db()? == 1)
    }

    fn update_plan(&mut self, plan: &UserPlan) -> Result<()> {
        let changed = diesel::update(user_plans::table.find(plan.user_id.as_str()))
            .set((
                user_plans::tier.eq(&plan.tier),
                user_plans::started_at.eq(plan.started_at.as_micros()),
                user_plans::reset_date.eq(plan.reset_date.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn list_events(&mut self, user: &UserId, page: &PageRequest) -> Result<Page<CreditEvent>> {
        type EventRow = (i64, i64, i64, i64, String, Option<String>);
        let (before, offset) = match &page.position {
            Position::Offset(offset) => (i64::MAX, i64::from(*offset)),
            Position::After(cursor) => (cursor.id, 0),
        };
        let rows: Vec<EventRow> = ledger_lines::table
            .inner_join(ledger_accounts::table.on(ledger_accounts::id.eq(ledger_lines::account_id)))
            .inner_join(ledger_postings::table.on(ledger_postings::id.eq(ledger_lines::posting_id)))
            .filter(ledger_accounts::owner.eq(user.as_str()))
            .filter(ledger_accounts::unit.eq(Unit::Credits.as_str()))
            .filter(ledger_accounts::kind.eq(AccountKind::User.as_str()))
            .filter(ledger_postings::id.lt(before))
            .order(ledger_postings::id.desc())
            .limit(page::rows_to_read(page))
            .offset(offset)
            .select((
                ledger_postings::id,
                ledger_postings::created_at,
                ledger_lines::amount,
                ledger_lines::balance_after,
                ledger_postings::source,
                ledger_postings::note,
            ))
            .load(self)
            .db()?;
        let event = |(id, at, amount, balance_after, why, note): EventRow| {
            let source = source(&why)?;
            let reason = note.unwrap_or_else(|| source.as_str().to_owned());
            let created_at = Timestamp::from_micros(at);
            Ok(CreditEvent { id: TransactionId(id), created_at, amount, reason, balance_after })
        };
        let items: Vec<CreditEvent> = rows.into_iter().map(event).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, None, |last| Cursor::new(0, last.id.0)))
    }

    fn list_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<UserId>> {
        let ids: Vec<String> = user_plans::table
            .inner_join(plan_tiers::table.on(plan_tiers::name.eq(user_plans::tier)))
            .inner_join(users::table.on(users::id.eq(user_plans::user_id)))
            .filter(user_plans::reset_date.le(now.as_micros()))
            .filter(plan_tiers::monthly_credits.gt(0))
            .filter(users::status.ne(AccountStatus::Deleted.as_str()))
            .order(user_plans::reset_date)
            .limit(limit.into())
            .select(user_plans::user_id)
            .load(self)
            .db()?;
        ids.iter().map(|id| read::user_id("user_plans", "user_id", id)).collect()
    }

    fn list_without_plan(&mut self, limit: u32) -> Result<Vec<UserId>> {
        let ids: Vec<String> = users::table
            .left_join(user_plans::table.on(user_plans::user_id.eq(users::id)))
            .filter(user_plans::user_id.is_null())
            .filter(users::status.ne(AccountStatus::Deleted.as_str()))
            .limit(limit.into())
            .select(users::id)
            .load(self)
            .db()?;
        ids.iter().map(|id| read::user_id("users", "id", id)).collect()
    }
}

/// Plans with what they are and what is left of them.
#[auto_type(no_type_alias)]
fn with_balance() -> _ {
    let tier = plan_tiers::name.eq(user_plans::tier);
    let of_user: diesel::dsl::Eq<ledger_accounts::owner, user_plans::user_id> =
        ledger_accounts::owner.eq(user_plans::user_id);
    let slot: diesel::dsl::Eq<ledger_accounts::slot, i64> = ledger_accounts::slot.eq(0_i64);
    let unit: diesel::dsl::Eq<ledger_accounts::unit, &'static str> = ledger_accounts::unit.eq("credits");
    user_plans::table
        .inner_join(users::table.on(users::id.eq(user_plans::user_id)))
        .inner_join(plan_tiers::table.on(tier))
        .left_join(ledger_accounts::table.on(of_user.and(unit).and(slot)))
}

fn into_plan((user_id, tier, monthly_credits, started_at, reset_date, balance): Row) -> Result<UserPlan> {
    Ok(UserPlan {
        user_id: read::user_id("user_plans", "user_id", &user_id)?,
        tier,
        monthly_credits,
        balance: balance.unwrap_or(0),
        started_at: Timestamp::from_micros(started_at),
        reset_date: Timestamp::from_micros(reset_date),
    })
}
