//! `refund.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Refund;
use super::port::Refunds;
use crate::purchases::{PurchaseId, RESOURCE};

/// Lists the refunds of a purchase, oldest first, including failed and withdrawn ones.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRefunds {
    /// ID of the purchase.
    pub purchase: PurchaseId,
}

impl Operation for ListRefunds {
    const NAME: &'static str = "refund.list";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Vec<Refund>;
}

impl Query for ListRefunds {
    fn run(&self, refunds: &mut Self::Repository, _: &Context) -> Result<Vec<Refund>> {
        refunds.list_refunds(self.purchase)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::samples::{self, SharedBooks};
    use super::*;
    use crate::purchases::samples::paid;

    #[test]
    fn the_refunds_of_a_purchase_are_listed() {
        let books = SharedBooks::of(paid(), vec![samples::pending()]);
        let list = ListRefunds { purchase: PurchaseId(7) };
        assert_eq!(list.run(&mut books.port(), &context_of("user_root", [])).unwrap(), [samples::pending()]);
    }
}
