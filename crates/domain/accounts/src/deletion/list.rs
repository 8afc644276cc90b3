//! Lists the accounts about to be deleted.

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::PendingDeletion;
use super::port::Deletions;

/// Lists accounts scheduled for deletion, soonest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPendingDeletions {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListPendingDeletions {
    const NAME: &'static str = "account.list_pending_deletions";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "user";
    type Repository = dyn Deletions;
    type Output = Page<PendingDeletion>;
}

impl Query for ListPendingDeletions {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, deletions: &mut Self::Repository, _: &Context) -> Result<Page<PendingDeletion>> {
        deletions.list(&self.page)
    }
}
