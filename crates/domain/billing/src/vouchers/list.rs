//! `voucher.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Voucher;
use super::port::Vouchers;

/// Lists the vouchers, the newest first, without their codes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListVouchers {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListVouchers {
    const NAME: &'static str = "voucher.list";
    const PERMISSION: Permission = Permission::VouchersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Vouchers;
    type Output = Page<Voucher>;
}

impl Query for ListVouchers {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, vouchers: &mut Self::Repository, _: &Context) -> Result<Page<Voucher>> {
        vouchers.list(&self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::sample;
    use super::super::port::MockVouchers;
    use super::*;

    #[test]
    fn a_part_is_listed() {
        let mut vouchers = MockVouchers::new();
        vouchers.expect_list().returning(|_| Ok(Page { items: vec![sample()], total: Some(9), next: None }));
        let listed = ListVouchers { page: PageRequest::first() }.run(&mut vouchers, &context_of("user_root", []));
        assert_eq!(listed.unwrap(), Page { items: vec![sample()], total: Some(9), next: None });
    }
}
