//! `refund.attempt`, `refund.forget_attempts` and `refund.note`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Refund, RefundId, RefundStatus};
use super::port::Refunds;
use crate::purchases::{Purchase, RESOURCE};

/// How long after a request the provider may still hear it, in seconds: far longer than any connection waits.
const HEARD_WITHIN: i64 = 60 * 60;

/// Notes, before a pending refund is requested from the provider again, that the provider may receive the request. Changes
/// nothing when the provider has named the refund or its outcome is known, as after a concurrent request: the output says so.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptRefund {
    /// ID of the refund.
    pub refund: RefundId,
}

impl Operation for AttemptRefund {
    const NAME: &'static str = "refund.attempt";
    const PERMISSION: Permission = Permission::BillingRefund;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Refund;
}

impl Command for AttemptRefund {
    fn run(&self, refunds: &mut Self::Repository, cx: &Context) -> Result<Change<Refund>> {
        let (_, before) = locked(refunds, self.refund)?;
        if before.status != RefundStatus::Pending || before.provider_id.is_some() {
            return Ok(Change::none().returning(before));
        }
        let unanswered = before.unanswered.saturating_add(1);
        let after = Refund { unanswered, asked_at: Some(cx.now), ..before.clone() };
        refunds.update_refund(&after)?;
        Ok(Change::of(Self::RESOURCE, after.purchase).before(&before).after(&after).returning(after))
    }
}

/// Notes that the provider was asked about a pending refund just now and has none. An hour after the last request for it that
/// means that none was heard; before, it changes nothing.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgetAttempts {
    /// ID of the refund.
    pub refund: RefundId,
}

impl Operation for ForgetAttempts {
    const NAME: &'static str = "refund.forget_attempts";
    const PERMISSION: Permission = Permission::BillingRefund;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Refund;
}

impl Command for ForgetAttempts {
    fn run(&self, refunds: &mut Self::Repository, cx: &Context) -> Result<Change<Refund>> {
        let (_, before) = locked(refunds, self.refund)?;
        let is_over = before.asked_at.is_none_or(|asked| asked.plus_seconds(HEARD_WITHIN) < cx.now);
        let after = Refund { unanswered: 0, ..before.clone() };
        if !is_over || after == before {
            return Ok(Change::none().returning(before));
        }
        refunds.update_refund(&after)?;
        Ok(Change::of(Self::RESOURCE, after.purchase).before(&before).after(&after).returning(after))
    }
}

/// Keeps the provider's name of a refund that it was asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRefund {
    /// ID of the refund.
    pub refund: RefundId,
    /// What the provider calls it.
    pub provider_id: String,
}

impl Operation for NoteRefund {
    const NAME: &'static str = "refund.note";
    const PERMISSION: Permission = Permission::BillingRefund;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Refund;
}

impl Command for NoteRefund {
    fn run(&self, refunds: &mut Self::Repository, _: &Context) -> Result<Change<Refund>> {
        let (_, before) = locked(refunds, self.refund)?;
        let after = Refund { provider_id: Some(self.provider_id.clone()), unanswered: 0, ..before.clone() };
        if after == before {
            return Ok(Change::none().returning(before));
        }
        refunds.update_refund(&after)?;
        Ok(Change::of(Self::RESOURCE, after.purchase).before(&before).after(&after).returning(after))
    }
}

/// The refund and its purchase, held until the transaction ends.
pub(super) fn locked(refunds: &mut dyn Refunds, id: RefundId) -> Result<(Purchase, Refund)> {
    let unknown = || Error::not_found("Refund");
    let purchase = refunds.find_purchase_of(id)?.ok_or_else(unknown)?;
    let purchase = refunds.lock(purchase)?.ok_or_else(unknown)?;
    let refund = refunds.list_refunds(purchase.id)?.into_iter().find(|refund| refund.id == id).ok_or_else(unknown)?;
    Ok((purchase, refund))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::samples::{self, SharedBooks};
    use super::*;
    use crate::purchases::samples::paid;

    fn run<C: Command<Repository = dyn Refunds>>(books: &SharedBooks, command: &C) -> Result<Change<C::Output>> {
        command.run(&mut books.port(), &context_of("system", []))
    }

    #[test]
    fn each_attempt_is_counted_before_it_is_made() {
        let books = SharedBooks::of(paid(), vec![Refund { asked_at: None, ..samples::pending() }]);
        for unanswered in [2, 3] {
            let change = run(&books, &AttemptRefund { refund: RefundId(1) }).unwrap();
            assert_eq!(
                (change.output().unanswered, change.output().asked_at),
                (unanswered, Some(Timestamp::from_micros(NOW)))
            );
            assert_eq!(books.refund(1), *change.output());
            assert_eq!(change.records()[0].resource_id, "7");
        }
        assert!(matches!(run(&books, &AttemptRefund { refund: RefundId(2) }), Err(Error::NotFound(_))));
    }

    #[test]
    fn a_refund_that_the_provider_named_or_that_is_decided_is_returned_as_it_is() {
        let known = Refund { provider_id: Some("re_1".into()), ..samples::pending() };
        let decided = RefundStatus::ALL.into_iter().filter(|status| *status != RefundStatus::Pending);
        let decided = decided.map(|status| Refund { status, ..samples::pending() });
        for refund in std::iter::once(known).chain(decided) {
            let books = SharedBooks::of(paid(), vec![refund.clone()]);
            let change = run(&books, &AttemptRefund { refund: RefundId(1) }).unwrap();
            assert_eq!((change.output(), change.records().len()), (&refund, 0));
            assert_eq!(books.refund(1), refund);
        }
    }

    #[test]
    fn an_attempt_is_forgotten_once_nobody_can_hear_it_any_more() {
        for (seconds, unanswered) in [(0, 3), (HEARD_WITHIN - 1, 3), (HEARD_WITHIN, 3), (HEARD_WITHIN + 1, 0)] {
            let asked_at = Some(Timestamp::from_micros(NOW).plus_seconds(-seconds));
            let books = SharedBooks::of(paid(), vec![Refund { unanswered: 3, asked_at, ..samples::pending() }]);
            let change = run(&books, &ForgetAttempts { refund: RefundId(1) }).unwrap();
            assert_eq!((books.refund(1).unanswered, change.output().unanswered), (unanswered, unanswered), "{seconds}");
            assert_eq!(change.records().len(), usize::from(unanswered == 0));
        }
        let never = Refund { asked_at: None, ..samples::pending() };
        let books = SharedBooks::of(paid(), vec![never]);
        let _ = run(&books, &ForgetAttempts { refund: RefundId(1) }).unwrap();
        assert!(!books.refund(1).may_be_heard());
    }

    #[test]
    fn the_providers_name_is_kept_and_leaves_nothing_unanswered() {
        let books = SharedBooks::of(paid(), vec![Refund { unanswered: 2, ..samples::pending() }]);
        let note = NoteRefund { refund: RefundId(1), provider_id: "re_1".into() };
        assert_eq!(run(&books, &note).unwrap().records().len(), 1);
        let noted = books.refund(1);
        assert_eq!(
            (noted.provider_id.as_deref(), noted.unanswered, noted.status),
            (Some("re_1"), 0, RefundStatus::Pending)
        );
        assert!(run(&books, &note).unwrap().records().is_empty());
    }
}
