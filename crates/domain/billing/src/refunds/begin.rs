//! `refund.issue`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Refund, RefundId, RefundStatus, Refunding};
use super::port::Refunds;
use crate::purchases::{Purchase, PurchaseId, PurchaseStatus, RESOURCE};

/// Begins to give back what was paid for a purchase, or a part of it. One that was begun, and of which it is not known what
/// became of it, is gone on with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginRefund {
    /// Of which purchase.
    pub purchase: PurchaseId,
    /// How much, in hundredths of a US dollar; all that is left without it.
    #[serde(default)]
    pub amount_cents: Option<i64>,
    /// Why, for the audit log: at most 1,000 characters.
    #[serde(default)]
    pub reason: String,
}

impl Operation for BeginRefund {
    const NAME: &'static str = "refund.issue";
    const PERMISSION: Permission = Permission::AdminWrite;
    const EFFECT: Effect = Effect::Destructive;
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
        let order = |refund: &Refund| refund.order(payment_intent.clone());
        if let Some(open) = all.iter().find(|refund| refund.status == RefundStatus::Pending) {
            if self.amount_cents.is_some_and(|amount| amount != open.amount_cents) {
                return Err(Error::conflict("another refund of this purchase is under way"));
            }
            let refunding = Refunding { order: order(open), refund: open.clone() };
            return Ok(Change::none().returning(refunding));
        }
        let left = before.amount_cents.saturating_sub(before.refunded_cents);
        let amount_cents = self.amount_cents.unwrap_or(left);
        if !(1..=left).contains(&amount_cents) {
            return Err(Error::invalid("amount_cents", format!("must be between 1 and {left}, which is what is left")));
        }
        let ordinal = all.last().map_or(0, |last| last.ordinal).saturating_add(1);
        let refund = refunds.insert_refund(&Refund {
            id: RefundId(0),
            purchase: self.purchase,
            ordinal,
            amount_cents,
            status: RefundStatus::Pending,
            provider_id: None,
            reason,
            created_at: cx.now,
        })?;
        refunds.update(&Purchase { status: PurchaseStatus::Refunding, ..before })?;
        let refunding = Refunding { order: order(&refund), refund };
        Ok(Change::of(Self::RESOURCE, self.purchase).to(&refunding.refund).returning(refunding))
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
