//! Rows as stored, and their reading.

use aedile_kernel::{Error, Result, Timestamp};
use aedile_rbac::endpoints::{EndpointId, EndpointOverride, MethodPattern, PathPattern};
use aedile_rbac::scopes::{Scope, ScopeId};
use aedile_rbac::tiers::{Tier, TierId};
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::Backend;
use crate::error::inconsistent;
use crate::schema::rules::{endpoint_overrides, scopes, tiers};

#[derive(Queryable, Selectable)]
#[diesel(table_name = tiers, check_for_backend(Backend))]
pub(super) struct TierRow {
    id: i64,
    tier_name: String,
    order_rank: i64,
    rate_limit: i64,
    display_name: String,
    description: String,
    features: String,
    is_active: bool,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<TierRow> for Tier {
    type Error = Error;

    fn try_from(row: TierRow) -> Result<Self> {
        Ok(Self {
            id: TierId(row.id),
            tier_name: row.tier_name,
            order_rank: read_number("order_rank", row.order_rank)?,
            rate_limit: read_number("rate_limit", row.rate_limit)?,
            display_name: row.display_name,
            description: row.description,
            features: read_json("tiers", "features", &row.features)?,
            is_active: row.is_active,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = scopes, check_for_backend(Backend))]
pub(super) struct ScopeRow {
    id: i64,
    scope_name: String,
    display_name: String,
    description: String,
    required_tier: String,
    is_active: bool,
    created_at: i64,
    updated_at: i64,
}

impl From<ScopeRow> for Scope {
    fn from(row: ScopeRow) -> Self {
        Self {
            id: ScopeId(row.id),
            scope_name: row.scope_name,
            display_name: row.display_name,
            description: row.description,
            required_tier: row.required_tier,
            is_active: row.is_active,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoint_overrides, check_for_backend(Backend))]
pub(super) struct EndpointRow {
    id: i64,
    path_pattern: String,
    method: String,
    required_tier: Option<String>,
    required_scopes: Option<String>,
    is_public: bool,
    is_active: bool,
    created_at: i64,
    updated_at: i64,
    case_sensitive: bool,
}

impl TryFrom<EndpointRow> for EndpointOverride {
    type Error = Error;

    fn try_from(row: EndpointRow) -> Result<Self> {
        let wrong = |column| move |error| inconsistent("endpoint_overrides", column, error);
        Ok(Self {
            id: EndpointId(row.id),
            path_pattern: PathPattern::parse(&row.path_pattern).map_err(wrong("path_pattern"))?,
            case_sensitive: row.case_sensitive,
            method: MethodPattern::parse(&row.method).map_err(wrong("method"))?,
            required_tier: row.required_tier,
            required_scopes: row.required_scopes.as_deref().map(read_scopes).transpose()?,
            is_public: row.is_public,
            is_active: row.is_active,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

pub(super) fn read_scopes(json: &str) -> Result<Vec<String>> {
    read_json("endpoint_overrides", "required_scopes", json)
}

pub(super) fn write_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

fn read_json<T: DeserializeOwned>(table: &'static str, column: &'static str, json: &str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| inconsistent(table, column, error))
}

fn read_number(column: &'static str, number: i64) -> Result<u32> {
    number.try_into().map_err(|error| inconsistent("tiers", column, error))
}
