//! `seller.activity`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Activity;
use super::port::SellerBooks;
use crate::wallets::own;

/// Lists the latest that happened to the caller's skills: sales, refunds, reviews.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSellerActivity {
    /// Which part.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSellerActivity {
    const NAME: &'static str = "seller.activity";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Page<Activity>;
}

impl Query for ListSellerActivity {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Page<Activity>> {
        books.activity(own(cx)?, &self.page)
    }
}
