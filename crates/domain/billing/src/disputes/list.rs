//! `dispute.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Dispute;
use super::port::Disputes;

/// Lists payment disputes, newest first, each with its response deadline.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListDisputes {
    /// `true` lists open disputes only, `false` decided ones only; default: all.
    #[serde(default)]
    pub open: Option<bool>,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListDisputes {
    const NAME: &'static str = "dispute.list";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Disputes;
    type Output = Page<Dispute>;
}

impl Query for ListDisputes {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, disputes: &mut Self::Repository, _: &Context) -> Result<Page<Dispute>> {
        disputes.page_of_disputes(self.open, &self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::*;
    use crate::refunds::MockRefunds;

    #[test]
    fn what_is_asked_for_reaches_the_store() {
        for open in [None, Some(true), Some(false)] {
            let mut disputes = MockRefunds::new();
            disputes
                .expect_page_of_disputes()
                .withf(move |asked, page| *asked == open && page.limit == 7)
                .returning(|_, _| Ok(Page { items: vec![], total: Some(0), next: None }));
            let page = PageRequest { limit: 7, ..PageRequest::first() };
            let list = ListDisputes { open, page };
            assert_eq!(list.run(&mut disputes, &context_of("user_root", [])).unwrap().total, Some(0));
        }
    }
}
