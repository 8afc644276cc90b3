//! Admins who act as users.

use aedile_accounts::impersonation::{Impersonation, ImpersonationId, Impersonations, NewImpersonation, Party};
use aedile_kernel::{Cursor, Error, Page, PageRequest, PermissionSet, Position, Result, Timestamp, UserId, View};
use aedile_rbac::principal::Principals;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::admins;
use crate::connection::{Backend, Connection};
use crate::error::DriverResult;
use crate::schema::sign_ins::impersonations;
use crate::{page, read};

#[derive(Queryable, Selectable)]
#[diesel(table_name = impersonations, check_for_backend(Backend))]
struct Row {
    id: i64,
    user_id: String,
    acted_by: String,
    reason: String,
    started_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
}

impl Row {
    fn impersonation(self) -> Result<Impersonation> {
        Ok(Impersonation {
            id: ImpersonationId(self.id),
            user_id: read::user_id("impersonations", "user_id", &self.user_id)?,
            acted_by: read::user_id("impersonations", "acted_by", &self.acted_by)?,
            reason: self.reason,
            started_at: Timestamp::from_micros(self.started_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}

/// Those that go on at `now`.
#[diesel::dsl::auto_type(no_type_alias)]
fn going_on(now: Timestamp) -> _ {
    let now: i64 = now.as_micros();
    impersonations::ended_at.is_null().and(impersonations::expires_at.gt(now))
}

/// Ends what the user does as others; with `as_them` also what others do as the user.
pub(super) fn end_all(connection: &mut Connection, user: &UserId, as_them: bool, now: Timestamp) -> Result<()> {
    let as_user = impersonations::user_id.eq(user.as_str()).and(as_them.into_sql::<Bool>());
    let theirs = impersonations::acted_by.eq(user.as_str()).or(as_user);
    diesel::update(impersonations::table.filter(impersonations::ended_at.is_null()).filter(theirs))
        .set(impersonations::ended_at.eq(now.as_micros()))
        .execute(connection)
        .db()
        .map(drop)
}

impl Impersonations for Connection {
    fn find_party(&mut self, user: &UserId, now: Timestamp) -> Result<Option<Party>> {
        let Some(principal) = View::<dyn Principals>::view(self).find(user)? else { return Ok(None) };
        let by_role = principal.active_role(now).map(|role| role.permissions).unwrap_or_default();
        let has_permissions = admins::permissions_of(self, user)? != PermissionSet::default();
        Ok(Some(Party {
            state: principal.state(),
            permissions: principal.flag_permissions().union(by_role),
            is_admin: has_permissions || principal.is_local_admin() || principal.tier.as_deref() == Some("admin"),
        }))
    }

    fn insert(&mut self, new: &NewImpersonation) -> Result<Impersonation> {
        let id: i64 = diesel::insert_into(impersonations::table)
            .values((
                impersonations::user_id.eq(new.user_id.as_str()),
                impersonations::acted_by.eq(new.acted_by.as_str()),
                impersonations::reason.eq(&new.reason),
                impersonations::started_at.eq(new.started_at.as_micros()),
                impersonations::expires_at.eq(new.expires_at.as_micros()),
            ))
            .returning(impersonations::id)
            .get_result(self)
            .db()?;
        Impersonations::find(self, ImpersonationId(id))?
            .ok_or_else(|| Error::internal("an impersonation was written and is not there"))
    }

    fn find(&mut self, id: ImpersonationId) -> Result<Option<Impersonation>> {
        let row: Option<Row> = impersonations::table.find(id.0).select(Row::as_select()).first(self).optional().db()?;
        row.map(Row::impersonation).transpose()
    }

    fn list(&mut self, page: &PageRequest, going_on_at: Option<Timestamp>) -> Result<Page<Impersonation>> {
        let mut query = impersonations::table.into_boxed();
        let mut all = impersonations::table.count().into_boxed();
        if let Some(now) = going_on_at {
            (query, all) = (query.filter(going_on(now)), all.filter(going_on(now)));
        }
        if let Position::After(cursor) = &page.position {
            query = query.filter(impersonations::id.lt(cursor.id));
        }
        let rows: Vec<Row> = query
            .order(impersonations::id.desc())
            .offset(page.offset().into())
            .limit(page::rows_to_read(page))
            .select(Row::as_select())
            .load(self)
            .db()?;
        let total = page::total(self, page, |c| all.get_result(c))?;
        let items: Vec<Impersonation> = rows.into_iter().map(Row::impersonation).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }

    fn end(&mut self, id: ImpersonationId, now: Timestamp) -> Result<Option<Impersonation>> {
        let going = impersonations::table.find(id.0).filter(going_on(now));
        let ended = diesel::update(going).set(impersonations::ended_at.eq(now.as_micros())).execute(self).db()?;
        let found = if ended == 1 { Impersonations::find(self, id)? } else { None };
        Ok(found.map(|ended| Impersonation { ended_at: None, ..ended }))
    }
}
