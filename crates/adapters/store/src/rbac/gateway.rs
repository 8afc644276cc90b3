//! All rules at once, for the gateway.

use aedile_kernel::Result;
use aedile_rbac::endpoints::EndpointOverride;
use aedile_rbac::gateway::{GatewaySource, RuleSet};
use diesel::prelude::*;

use super::rule_rows::EndpointRow;
use super::{scopes, tiers};
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::rules::endpoint_overrides;

impl GatewaySource for Connection {
    /// Three statements; that they see one instant is the read transaction's doing.
    fn load(&mut self) -> Result<RuleSet> {
        let active: Vec<EndpointRow> = endpoint_overrides::table
            .filter(endpoint_overrides::is_active.eq(true))
            .order(endpoint_overrides::id)
            .select(EndpointRow::as_select())
            .load(self)
            .db()?;
        Ok(RuleSet {
            tiers: tiers::list(self)?,
            scopes: scopes::list(self)?,
            overrides: active.into_iter().map(EndpointOverride::try_from).collect::<Result<_>>()?,
        })
    }
}
