//! `seller.sales`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Sale;
use super::port::SellerBooks;
use crate::wallets::own;

/// Lists the caller's sales, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSales {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSales {
    const NAME: &'static str = "seller.sales";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Page<Sale>;
}

impl Query for ListSales {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Page<Sale>> {
        books.sales(own(cx)?, &self.page)
    }
}
