//! `sale.list`

use aedile_kernel::{
    Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result, UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Purchase, PurchaseStatus, SaleFilter};
use super::port::Purchases;

/// Lists all purchases, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAllSales {
    /// Filters by status.
    #[serde(default)]
    pub status: Option<PurchaseStatus>,
    /// Filters by the buyer's ID.
    #[serde(default)]
    pub buyer_id: Option<UserId>,
    /// Filters by the seller's ID.
    #[serde(default)]
    pub seller_id: Option<UserId>,
    /// Filters by the skill's slug.
    #[serde(default)]
    pub skill_slug: Option<String>,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListAllSales {
    const NAME: &'static str = "sale.list";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Page<Purchase>;
}

impl Query for ListAllSales {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, purchases: &mut Self::Repository, _: &Context) -> Result<Page<Purchase>> {
        let filter = SaleFilter {
            status: self.status,
            buyer_id: self.buyer_id.clone(),
            seller_id: self.seller_id.clone(),
            skill_slug: self.skill_slug.clone(),
        };
        purchases.list_all(&filter, &self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use serde_json::json;

    use super::super::port::MockPurchases;
    use super::*;

    #[test]
    fn what_is_asked_for_reaches_the_store() {
        let mut purchases = MockPurchases::new();
        purchases
            .expect_list_all()
            .withf(|filter, page| {
                filter.status == Some(PurchaseStatus::Refunding)
                    && filter.buyer_id.as_ref().is_some_and(|buyer| buyer.as_str() == "user_a")
                    && (filter.seller_id.is_none(), filter.skill_slug.as_deref(), page.limit) == (true, Some("pdf"), 7)
            })
            .returning(|_, _| Ok(Page { items: vec![], total: Some(0), next: None }));
        let input = json!({ "status": "refunding", "buyer_id": "user_a", "skill_slug": "pdf", "page": { "limit": 7 } });
        let query: ListAllSales = serde_json::from_value(input).unwrap();
        assert_eq!(query.run(&mut purchases, &context_of("user_root", [])).unwrap().total, Some(0));
    }
}
