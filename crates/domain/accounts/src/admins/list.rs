//! Lists the admins.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::AdminProfile;
use super::port::MarketplaceAdmins;

/// Lists the marketplace's admins, oldest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAdmins {}

impl Operation for ListAdmins {
    const NAME: &'static str = "admin.list";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "user";
    type Repository = dyn MarketplaceAdmins;
    type Output = Vec<AdminProfile>;
}

impl Query for ListAdmins {
    fn run(&self, admins: &mut Self::Repository, _: &Context) -> Result<Vec<AdminProfile>> {
        admins.list()
    }
}
