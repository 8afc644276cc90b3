//! `dispute.note`

use aedile_kernel::{
    Change, Command, Context, Effect, Event, Operation, PaymentTrouble, Permission, Result, Timestamp,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{Dispute, DisputeId};
use super::port::Disputes;
use crate::payments::{DisputeReport, DisputeStatus};
use crate::purchases::{Purchase, PurchaseStatus};
use crate::refunds::{Refund, RefundStatus, cover_lost_disputes, finish, take_back};

/// Keeps what the provider says of a dispute. The licence stays while it is open. Once it is lost, the buyer has the money
/// back: the earnings are reversed and the licence ends; both come back if it is won after all. The admins are told when a
/// dispute is opened and when it is lost. Idempotent, and independent of the order in which the news comes. Only what the
/// provider says itself leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteDispute {
    /// The provider's event.
    pub event_id: String,
    /// When the provider made it.
    pub told_at: Timestamp,
    /// What it says.
    pub report: DisputeReport,
}

impl Operation for NoteDispute {
    const NAME: &'static str = "dispute.note";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Disputes;
    type Output = Option<Dispute>;
}

impl Command for NoteDispute {
    fn run(&self, disputes: &mut Self::Repository, cx: &Context) -> Result<Change<Option<Dispute>>> {
        let payment = self.report.payment_intent.as_deref();
        let purchase = payment.map(|payment| disputes.find_by_payment(payment)).transpose()?.flatten();
        let purchase = purchase.map(|purchase| disputes.lock(purchase)).transpose()?.flatten();
        // A payment of somebody else's, or one whose own event has not come yet: then this one is taken later.
        let purchase = purchase.filter(|purchase| purchase.status != PurchaseStatus::Pending);
        let Some(purchase) = purchase else { return Ok(Change::none().returning(None)) };
        let before = disputes.list_disputes(purchase.id)?.into_iter().find(|known| known.provider_id == self.report.id);
        if !disputes.insert_event(&self.event_id, cx.now)? || before.as_ref().is_some_and(|known| self.is_late(known)) {
            return Ok(Change::none().returning(before));
        }
        let after = self.written(disputes, &purchase, before.as_ref(), cx)?;
        let change = Change::of(Self::RESOURCE, after.id).after(&after);
        let change = match &before {
            Some(before) => change.before(before),
            None => change.emit(self.trouble(PaymentTrouble::DisputeOpened, &purchase)),
        };
        let moved = self.move_money(disputes, &purchase, &after, cx)?;
        Ok(change.and(moved).returning(Some(after)))
    }
}

impl NoteDispute {
    /// Whether something later is known; what is decided is later than what is not.
    fn is_late(&self, known: &Dispute) -> bool {
        match (known.status.is_closed(), self.report.status.is_closed()) {
            (true, false) => true,
            (false, true) => false,
            _ => known.told_at > self.told_at,
        }
    }

    fn written(
        &self,
        disputes: &mut dyn Disputes,
        purchase: &Purchase,
        before: Option<&Dispute>,
        cx: &Context,
    ) -> Result<Dispute> {
        let DisputeReport { id, amount, reason, status, due_by, .. } = self.report.clone();
        let dispute = Dispute {
            id: before.map_or(DisputeId(0), |before| before.id),
            purchase: purchase.id,
            provider_id: id,
            amount_cents: amount,
            reason,
            status,
            due_by: due_by.or_else(|| before.and_then(|before| before.due_by)),
            told_at: self.told_at,
            created_at: before.map_or(cx.now, |before| before.created_at),
        };
        match before {
            Some(_) => disputes.update_dispute(&dispute).map(|()| dispute),
            None => disputes.insert_dispute(&dispute),
        }
    }

    /// A lost dispute gives back what is left of the payment, and one that is won after all takes it again.
    fn move_money(
        &self,
        disputes: &mut dyn Disputes,
        before: &Purchase,
        dispute: &Dispute,
        cx: &Context,
    ) -> Result<Change<()>> {
        let all = disputes.list_refunds(before.id)?;
        let given = all.iter().find(|refund| refund.provider_id.as_ref() == Some(&dispute.provider_id));
        let is_given = given.is_some_and(|refund| refund.status == RefundStatus::Succeeded);
        match (dispute.status, given) {
            (DisputeStatus::Lost, _) if !is_given => {
                let flag = Change::none().emit(self.trouble(PaymentTrouble::DisputeLost, before));
                let after = cover_lost_disputes(disputes, before, cx)?;
                Ok(finish(disputes, before, after, Self::NAME, cx)?.1.and(flag))
            }
            (DisputeStatus::Won, Some(refund)) if is_given => {
                disputes.update_refund(&Refund { status: RefundStatus::Failed, ..refund.clone() })?;
                let after = take_back(disputes, before, refund, cx)?;
                Ok(finish(disputes, before, after, Self::NAME, cx)?.1)
            }
            _ => Ok(Change::none()),
        }
    }

    fn trouble(&self, trouble: PaymentTrouble, purchase: &Purchase) -> Event {
        let DisputeReport { id, amount, reason, due_by, .. } = &self.report;
        Event::PaymentNeedsReview {
            trouble,
            reference_id: id.clone(),
            reference_type: super::RESOURCE,
            details: json!({
                "purchase_id": purchase.id, "buyer_id": purchase.buyer_id, "skill_slug": purchase.skill_slug,
                "amount_cents": amount, "reason": reason, "due_by": due_by,
            }),
        }
    }
}

#[cfg(test)]
#[path = "note_tests.rs"]
mod tests;
