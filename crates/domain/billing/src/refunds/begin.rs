//! `refund.issue`

use aedile_kernel::{
    Authority, Cents, Change, Command, Context, Effect, Error, Operation, Permission, Reference, Result, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Refund, RefundId, RefundStatus, Refunding};
use super::port::Refunds;
use super::report::next_ordinal;
use crate::disputes::Dispute;
use crate::payments::DisputeStatus;
use crate::purchases::{Purchase, PurchaseId, PurchaseStatus, RESOURCE};

/// Refunds a purchase, whole or in part. Resumes a pending refund whose outcome is unknown. Refused while the buyer's bank
/// disputes the payment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginRefund {
    /// ID of the purchase.
    pub purchase: PurchaseId,
    /// Amount in US cents; default: everything not yet refunded.
    #[serde(default)]
    pub amount_cents: Option<i64>,
    /// Reason for the audit log, at most 1,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub reason: String,
}

impl Operation for BeginRefund {
    const NAME: &'static str = "refund.issue";
    const PERMISSION: Permission = Permission::BillingRefund;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const REACHES_OUT: bool = true;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Refunds;
    type Output = Refunding;

    fn resource_id(&self) -> Option<String> {
        Some(self.purchase.to_string())
    }
}

impl Command for BeginRefund {
    fn run(&self, refunds: &mut Self::Repository, cx: &Context) -> Result<Change<Refunding>> {
        let reason = match self.reason.trim() {
            "" => String::new(),
            reason => text::paragraphs("reason", reason, 1_000)?,
        };
        let before = refunds.lock(self.purchase)?.ok_or_else(|| Error::not_found("Purchase"))?;
        let all = refunds.list_refunds(self.purchase)?;
        let payment_intent = payment(&before)?;
        undisputed(&refunds.list_disputes(self.purchase)?)?;
        let order = |refund: &Refund| refund.order(payment_intent.clone());
        if let Some(open) = all.iter().find(|refund| refund.status == RefundStatus::Pending) {
            if self.amount_cents.is_some_and(|amount| amount != open.amount_cents) {
                return Err(Error::conflict("another refund of this purchase is under way"));
            }
            let refunding = Refunding { order: order(open), refund: open.clone(), is_new: false };
            return Ok(Change::none().returning(refunding));
        }
        let left = before.amount_cents.saturating_sub(before.refunded_cents);
        let amount_cents = self.amount_cents.unwrap_or(left);
        if !(1..=left).contains(&amount_cents) {
            return Err(Error::invalid("amount_cents", format!("must be between 1 and {left}, which is what is left")));
        }
        if Cents(amount_cents).to_micro_usd()? > cx.policy.step_up.above {
            cx.require_recent_proof()?;
        }
        // Whoever begins it asks for it right away: from here on it may be heard.
        let refund = refunds.insert_refund(&Refund {
            id: RefundId(0),
            reference: Reference::generate(cx.entropy.as_ref()),
            purchase: self.purchase,
            ordinal: next_ordinal(&all),
            amount_cents,
            status: RefundStatus::Pending,
            provider_id: None,
            by_dispute: false,
            unanswered: 1,
            asked_at: Some(cx.now),
            reason,
            created_at: cx.now,
        })?;
        refunds.update(&Purchase { status: PurchaseStatus::Refunding, ..before })?;
        let refunding = Refunding { order: order(&refund), refund, is_new: true };
        Ok(Change::of(Self::RESOURCE, self.purchase).after(&refunding.refund).returning(refunding))
    }
}

/// The payment of a purchase that can be refunded.
fn payment(purchase: &Purchase) -> Result<String> {
    let refused = |why| Err(Error::invalid("purchase_id", why));
    match purchase.status {
        PurchaseStatus::Pending => return refused("names a purchase that is not paid"),
        PurchaseStatus::Refunded => return refused("names a purchase that was refunded"),
        PurchaseStatus::Completed | PurchaseStatus::Refunding => {}
    }
    match &purchase.payment_intent {
        Some(payment) => Ok(payment.clone()),
        None => refused("names a purchase without a payment to give back"),
    }
}

/// Refuses while the bank holds the money of a payment, and after it has given it back.
fn undisputed(disputes: &[Dispute]) -> Result<()> {
    let refused = |dispute: &Dispute, why| {
        let Dispute { provider_id, reason, .. } = dispute;
        Err(Error::conflict(format!("the payment is disputed ({provider_id}, {reason}): {why}")))
    };
    match disputes.iter().find(|dispute| dispute.status.holds_money() || dispute.status == DisputeStatus::Lost) {
        Some(lost) if lost.status == DisputeStatus::Lost => refused(lost, "the bank has given the money back"),
        Some(open) => refused(open, "the bank holds the money until the dispute is decided"),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "begin_tests.rs"]
mod tests;
