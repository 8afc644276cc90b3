//! `claim.list_sandbox`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Claim;
use super::port::Claims;

/// Lists pending claims, oldest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSandboxedClaims {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSandboxedClaims {
    const NAME: &'static str = "claim.list_sandbox";
    const PERMISSION: Permission = Permission::ModerationRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Claims;
    type Output = Page<Claim>;
}

impl Query for ListSandboxedClaims {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, claims: &mut Self::Repository, _: &Context) -> Result<Page<Claim>> {
        claims.list_undecided(&self.page)
    }
}
