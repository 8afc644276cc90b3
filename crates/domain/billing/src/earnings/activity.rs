//! `seller.activity`

use aedile_kernel::{Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Activity;
use super::port::SellerBooks;
use crate::wallets::own;

/// Lists the latest that happened to the caller's skills: sales, refunds, reviews.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSellerActivity {
    /// The most to list: 1 to 100, 50 unless said.
    #[serde(default)]
    pub limit: Option<i64>,
}

impl Operation for ListSellerActivity {
    const NAME: &'static str = "seller.activity";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Vec<Activity>;
}

impl Query for ListSellerActivity {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Vec<Activity>> {
        let limit = u32::try_from(self.limit.unwrap_or(50)).ok().filter(|limit| (1..=100).contains(limit));
        books.activity(own(cx)?, limit.ok_or_else(|| Error::invalid("limit", "must be between 1 and 100"))?)
    }
}
