//! `seller.earnings`, `seller.revenue` and `seller.skill_figures`

use aedile_kernel::{Context, Effect, Operation, Page, PageRequest, Permission, Query, Result, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Earnings, Period, SkillFigures};
use super::port::SellerBooks;
use crate::wallets::own;

/// Shows what the caller has earned in all.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetEarnings {}

impl Operation for GetEarnings {
    const NAME: &'static str = "seller.earnings";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Earnings;
}

impl Query for GetEarnings {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Earnings> {
        books.earnings(own(cx)?, None)
    }
}

/// Shows what the caller has earned by the sales of a time, the last thirty days unless said.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetRevenue {
    /// From then on.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// Before then.
    #[serde(default)]
    pub to: Option<Timestamp>,
}

impl Operation for GetRevenue {
    const NAME: &'static str = "seller.revenue";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = (Timestamp, Timestamp, Earnings);
}

impl Query for GetRevenue {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Self::Output> {
        let range = Period::new(self.from, self.to, cx.now)?;
        Ok((range.from, range.to, books.earnings(own(cx)?, Some(range))?))
    }
}

/// Lists the caller's skills with what they earned, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSkillFigures {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSkillFigures {
    const NAME: &'static str = "seller.skill_figures";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SellerBooks;
    type Output = Page<SkillFigures>;
}

impl Query for ListSkillFigures {
    fn run(&self, books: &mut Self::Repository, cx: &Context) -> Result<Page<SkillFigures>> {
        books.skills(own(cx)?, &self.page)
    }
}
