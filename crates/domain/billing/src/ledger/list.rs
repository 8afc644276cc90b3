//! `posting.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::LedgerReader;
use super::record::TransactionRecord;

/// Lists ledger transactions with their entries, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListTransactions {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListTransactions {
    const NAME: &'static str = "posting.list";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "posting";
    type Repository = dyn LedgerReader;
    type Output = Page<TransactionRecord>;
}

impl Query for ListTransactions {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, ledger: &mut Self::Repository, _: &Context) -> Result<Page<TransactionRecord>> {
        ledger.list(&self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockLedgerReader;
    use super::*;

    #[test]
    fn a_part_is_listed() {
        let mut ledger = MockLedgerReader::new();
        ledger.expect_list().returning(|_| Ok(Page { items: vec![], total: Some(9), next: None }));
        let listed = ListTransactions { page: PageRequest::first() }.run(&mut ledger, &context_of("user_root", []));
        assert_eq!(listed.unwrap().total, Some(9));
    }
}
