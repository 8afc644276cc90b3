//! The scopes.

use aedile_kernel::{Result, Timestamp};
use aedile_rbac::scopes::{NewScope, Scope, ScopeId, Scopes};
use diesel::prelude::*;

use super::rule_rows::{ScopeRow, read_scopes};
use crate::connection::{Connection, cols};
use crate::error::{DriverResult, exactly};
use crate::schema::rules::{endpoint_overrides, scopes};

impl Scopes for Connection {
    fn list_scopes(&mut self) -> Result<Vec<Scope>> {
        list(self)
    }

    fn lock_scope(&mut self, name: &str) -> Result<Option<Scope>> {
        let named = scopes::table.filter(scopes::scope_name.eq(name));
        let row: Option<ScopeRow> = match self {
            Self::Sqlite(c) => named.select(ScopeRow::as_select()).first(c),
            Self::Postgres(c) => named.select(ScopeRow::as_select()).for_update().first(c),
        }
        .optional()
        .db()?;
        Ok(row.map(Scope::from))
    }

    fn hold_tier(&mut self, name: &str) -> Result<bool> {
        super::hold_tier(self, name)
    }

    fn find_endpoint_requiring(&mut self, scope: &str) -> Result<Option<String>> {
        let rows: Vec<(String, Option<String>)> = endpoint_overrides::table
            .filter(endpoint_overrides::required_scopes.is_not_null())
            .order(endpoint_overrides::id)
            .select((endpoint_overrides::path_pattern, endpoint_overrides::required_scopes))
            .load(self)
            .db()?;
        for (pattern, required) in rows {
            if read_scopes(required.as_deref().unwrap_or("[]"))?.iter().any(|name| name == scope) {
                return Ok(Some(pattern));
            }
        }
        Ok(None)
    }

    fn insert_scope(&mut self, scope: &NewScope, now: Timestamp) -> Result<Scope> {
        let row: ScopeRow = diesel::insert_into(scopes::table)
            .values((
                scopes::scope_name.eq(&scope.scope_name),
                scopes::display_name.eq(&scope.display_name),
                scopes::description.eq(&scope.description),
                scopes::required_tier.eq(&scope.required_tier),
                scopes::is_active.eq(scope.is_active),
                scopes::created_at.eq(now.as_micros()),
                scopes::updated_at.eq(now.as_micros()),
            ))
            .returning(cols::<ScopeRow>())
            .get_result(self)
            .db_unique("a scope of this name exists")?;
        Ok(row.into())
    }

    fn update_scope(&mut self, scope: &Scope) -> Result<()> {
        let changed = diesel::update(scopes::table.find(scope.id.0))
            .set((
                scopes::display_name.eq(&scope.display_name),
                scopes::description.eq(&scope.description),
                scopes::required_tier.eq(&scope.required_tier),
                scopes::is_active.eq(scope.is_active),
                scopes::updated_at.eq(scope.updated_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn delete_scope(&mut self, id: ScopeId) -> Result<()> {
        exactly(1, diesel::delete(scopes::table.find(id.0)).execute(self).db()?)
    }
}

pub(super) fn list(connection: &mut Connection) -> Result<Vec<Scope>> {
    let rows: Vec<ScopeRow> = scopes::table.order(scopes::id).select(ScopeRow::as_select()).load(connection).db()?;
    Ok(rows.into_iter().map(Scope::from).collect())
}
