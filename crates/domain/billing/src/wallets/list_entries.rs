//! `ledger_entry.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::LedgerEntry;
use super::own;
use super::port::Wallets;

/// Lists what changed the caller's wallet, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLedgerEntries {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListLedgerEntries {
    const NAME: &'static str = "ledger_entry.list";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Wallets;
    type Output = Page<LedgerEntry>;
}

impl Query for ListLedgerEntries {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, wallets: &mut Self::Repository, cx: &Context) -> Result<Page<LedgerEntry>> {
        wallets.list_entries(own(cx)?, &self.page)
    }
}
