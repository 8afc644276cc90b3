//! `refund.withdraw`

use aedile_kernel::{Change, Command, Context, Effect, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::attempt::locked;
use super::give_back::finish;
use super::model::{Refund, RefundId, RefundStatus};
use super::port::Refunds;
use crate::purchases::RESOURCE;

/// Notes that one request for a pending refund was not heard, or was refused. The refund is withdrawn when no other request
/// for it may have been heard. Only the server that asked runs it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRefund {
    /// ID of the refund.
    pub refund: RefundId,
}

impl Operation for WithdrawRefund {
    const NAME: &'static str = "refund.withdraw";
    const PERMISSION: Permission = Permission::BillingRefund;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Refund;
}

impl Command for WithdrawRefund {
    fn run(&self, refunds: &mut Self::Repository, cx: &Context) -> Result<Change<Refund>> {
        let (purchase, before) = locked(refunds, self.refund)?;
        if before.status != RefundStatus::Pending || before.unanswered == 0 {
            return Ok(Change::none().returning(before));
        }
        let denied = Refund { unanswered: before.unanswered.saturating_sub(1), ..before.clone() };
        let status = if denied.may_be_heard() { RefundStatus::Pending } else { RefundStatus::Withdrawn };
        let after = Refund { status, ..denied };
        refunds.update_refund(&after)?;
        let change = Change::of(Self::RESOURCE, purchase.id).before(&before).after(&after);
        let (_, finished) = finish(refunds, &purchase, purchase.clone(), Self::NAME, cx)?;
        Ok(change.and(finished).returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::samples::{self, SharedBooks};
    use super::*;
    use crate::purchases::samples::paid;
    use crate::purchases::{Purchase, PurchaseStatus};

    /// Books with a refund under way, after one request for it was denied.
    fn denied(refund: Refund) -> (SharedBooks, Change<Refund>) {
        let books = SharedBooks::of(Purchase { status: PurchaseStatus::Refunding, ..paid() }, vec![refund]);
        let withdraw = WithdrawRefund { refund: RefundId(1) };
        let change = withdraw.run(&mut books.port(), &context_of("system", [])).unwrap();
        (books, change)
    }

    #[test]
    fn a_refund_is_withdrawn_when_its_only_request_was_not_heard() {
        let (books, change) = denied(samples::pending());
        assert_eq!((books.refund(1).status, books.refund(1).unanswered), (RefundStatus::Withdrawn, 0));
        assert_eq!(change.output().status, RefundStatus::Withdrawn);
        assert_eq!(books.purchase(), paid(), "the purchase is as it was");
        assert_eq!(change.records().len(), 2);
    }

    #[test]
    fn a_refund_stays_when_another_request_for_it_may_have_been_heard() {
        let (books, _) = denied(Refund { unanswered: 2, ..samples::pending() });
        assert_eq!((books.refund(1).status, books.refund(1).unanswered), (RefundStatus::Pending, 1));
        assert_eq!(books.purchase().status, PurchaseStatus::Refunding);
        let (books, _) = denied(Refund { provider_id: Some("re_1".into()), ..samples::pending() });
        assert_eq!((books.refund(1).status, books.refund(1).unanswered), (RefundStatus::Pending, 0));
        assert_eq!(books.purchase().status, PurchaseStatus::Refunding);
    }

    #[test]
    fn what_is_decided_stays() {
        let decided = RefundStatus::ALL.into_iter().filter(|status| *status != RefundStatus::Pending);
        let decided = decided.map(|status| Refund { status, ..samples::pending() });
        let unasked = Refund { unanswered: 0, ..samples::pending() };
        for refund in decided.chain([unasked]) {
            let (books, change) = denied(refund.clone());
            assert_eq!((books.refund(1), change.records().len()), (refund, 0));
        }
    }
}
