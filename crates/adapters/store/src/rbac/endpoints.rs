//! The endpoint overrides.

use aedile_kernel::{Result, Timestamp};
use aedile_rbac::endpoints::{EndpointId, EndpointOverride, Endpoints, NewEndpoint};
use diesel::prelude::*;

use super::rule_rows::{EndpointRow, write_json};
use crate::connection::{Connection, cols};
use crate::error::{DriverResult, exactly};
use crate::schema::rules::{endpoint_overrides, scopes};

/// Also where another override only differs in the case of letters, and the case of neither counts.
const TAKEN: &str = "there is an override of this path and method; change that one";

impl Endpoints for Connection {
    fn list_endpoints(&mut self) -> Result<Vec<EndpointOverride>> {
        let all = endpoint_overrides::table.order(endpoint_overrides::id).select(EndpointRow::as_select());
        let rows: Vec<EndpointRow> = all.load(self).db()?;
        rows.into_iter().map(EndpointOverride::try_from).collect()
    }

    fn lock_endpoint(&mut self, id: EndpointId) -> Result<Option<EndpointOverride>> {
        let found = endpoint_overrides::table.find(id.0);
        let row: Option<EndpointRow> = match self {
            Self::Sqlite(c) => found.select(EndpointRow::as_select()).first(c),
            Self::Postgres(c) => found.select(EndpointRow::as_select()).for_update().first(c),
        }
        .optional()
        .db()?;
        row.map(EndpointOverride::try_from).transpose()
    }

    fn hold_tier(&mut self, name: &str) -> Result<bool> {
        super::hold_tier(self, name)
    }

    fn hold_scopes(&mut self, names: &[String]) -> Result<Vec<String>> {
        let known =
            scopes::table.filter(scopes::scope_name.eq_any(names)).order(scopes::scope_name).select(scopes::scope_name);
        match self {
            Self::Sqlite(c) => known.load(c),
            Self::Postgres(c) => known.for_share().load(c),
        }
        .db()
    }

    fn insert_endpoint(&mut self, endpoint: &NewEndpoint, now: Timestamp) -> Result<EndpointOverride> {
        let row: EndpointRow = diesel::insert_into(endpoint_overrides::table)
            .values((
                endpoint_overrides::path_pattern.eq(endpoint.path_pattern.as_str()),
                endpoint_overrides::case_sensitive.eq(endpoint.case_sensitive),
                endpoint_overrides::method.eq(endpoint.method.as_str()),
                endpoint_overrides::required_tier.eq(&endpoint.required_tier),
                endpoint_overrides::required_scopes.eq(endpoint
                    .required_scopes
                    .as_ref()
                    .map(write_json)
                    .transpose()?),
                endpoint_overrides::is_public.eq(endpoint.is_public),
                endpoint_overrides::is_active.eq(endpoint.is_active),
                endpoint_overrides::created_at.eq(now.as_micros()),
                endpoint_overrides::updated_at.eq(now.as_micros()),
            ))
            .returning(cols::<EndpointRow>())
            .get_result(self)
            .db_unique(TAKEN)?;
        row.try_into()
    }

    fn update_endpoint(&mut self, endpoint: &EndpointOverride) -> Result<()> {
        let required_scopes = endpoint.required_scopes.as_ref().map(write_json).transpose()?;
        let changed = diesel::update(endpoint_overrides::table.find(endpoint.id.0))
            .set((
                endpoint_overrides::required_tier.eq(&endpoint.required_tier),
                endpoint_overrides::required_scopes.eq(required_scopes),
                endpoint_overrides::is_public.eq(endpoint.is_public),
                endpoint_overrides::case_sensitive.eq(endpoint.case_sensitive),
                endpoint_overrides::is_active.eq(endpoint.is_active),
                endpoint_overrides::updated_at.eq(endpoint.updated_at.as_micros()),
            ))
            .execute(self)
            .db_unique(TAKEN)?;
        exactly(1, changed)
    }

    fn delete_endpoint(&mut self, id: EndpointId) -> Result<()> {
        exactly(1, diesel::delete(endpoint_overrides::table.find(id.0)).execute(self).db()?)
    }
}
