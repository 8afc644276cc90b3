//! `purchase.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Purchase;
use super::port::Purchases;
use crate::wallets::own;

/// Lists the caller's purchases, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPurchases {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListPurchases {
    const NAME: &'static str = "purchase.list";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Page<Purchase>;
}

impl Query for ListPurchases {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, purchases: &mut Self::Repository, cx: &Context) -> Result<Page<Purchase>> {
        purchases.list(own(cx)?, &self.page)
    }
}
