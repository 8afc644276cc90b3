//! Asking the provider, and writing down what it says.

use aedile_kernel::{Caller, Error, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::port::Drift;
use crate::payments::{PaymentError, Payments};
use crate::purchases::{CompletePurchase, Purchase, PurchaseId, Purchases};
use crate::refunds::{NoteRefund, Refunding, Refunds, SettleRefund, WithdrawRefund};

/// How old something must be before it counts as drift, in seconds: younger than that, its event is on its way.
const PATIENCE: i64 = 60;
/// The most of each kind that is looked at.
const AT_ONCE: u32 = 1_000;

/// What was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// A purchase was paid, and the books did not know.
    Paid(PurchaseId),
    /// A refund was made, and the books did not know.
    Refunded(PurchaseId),
    /// A refund was not made, and is taken back.
    Withdrawn(PurchaseId),
    /// It can't be said yet.
    Unknown(PurchaseId),
}

/// Reconciles the books with the provider, over a store it does not name.
#[async_trait]
pub trait Reconciles: Send + Sync {
    /// Asks the provider about every purchase and refund that waits, and writes down what it says. Nothing is paid or given
    /// back twice: what is asked for again carries the key it was first asked for with.
    ///
    /// # Errors
    /// Of the store.
    async fn reconcile(&self, payments: &dyn Payments) -> Result<Vec<Mended>>;
}

#[async_trait]
impl<S> Reconciles for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Drift> + View<dyn Purchases> + View<dyn Refunds>,
{
    async fn reconcile(&self, payments: &dyn Payments) -> Result<Vec<Mended>> {
        let before = self.now().plus_seconds(-PATIENCE);
        let found = self.store().read(move |connection| {
            let drift: &mut dyn Drift = connection.view();
            Ok((drift.list_unpaid(before, AT_ONCE)?, drift.list_unsettled(before, AT_ONCE)?))
        });
        let (unpaid, unsettled) = found.await?;
        let mut mended = Vec::new();
        for purchase in unpaid {
            mended.extend(check_payment(self, payments, &purchase).await?);
        }
        for (purchase, refunding) in unsettled {
            mended.push(check_refund(self, payments, &purchase, refunding).await?);
        }
        Ok(mended)
    }
}

async fn check_payment<S>(runner: &Runner<S>, payments: &dyn Payments, purchase: &Purchase) -> Result<Option<Mended>>
where
    S: UnitOfWork,
    S::Connection: View<dyn Purchases>,
{
    let Some(session) = &purchase.session_id else { return Ok(None) };
    match payments.find_checkout(session).await {
        Ok(session) if session.is_paid => {
            let payment_intent = session.payment_intent;
            let complete = CompletePurchase { event_id: None, purchase: purchase.id, payment_intent };
            runner.command(&Caller::system(), complete).await?;
            Ok(Some(Mended::Paid(purchase.id)))
        }
        Ok(_) | Err(PaymentError::Refused(_)) => Ok(None),
        Err(_) => Ok(Some(Mended::Unknown(purchase.id))),
    }
}

async fn check_refund<S>(
    runner: &Runner<S>,
    payments: &dyn Payments,
    purchase: &Purchase,
    Refunding { refund, order }: Refunding,
) -> Result<Mended>
where
    S: UnitOfWork,
    S::Connection: View<dyn Refunds>,
{
    let system = Caller::system();
    match payments.refund(&order).await {
        Ok(told) if told.status == "succeeded" => {
            let note = NoteRefund { refund: refund.id, provider_id: told.id.clone() };
            runner.command(&system, note).await?;
            let settle = SettleRefund {
                event_id: format!("reconciled:{}", told.id),
                purchase: Some(purchase.id),
                payment_intent: order.payment_intent,
                refunded_cents: purchase.refunded_cents.saturating_add(order.amount_cents),
            };
            runner.command(&system, settle).await?;
            Ok(Mended::Refunded(purchase.id))
        }
        Err(PaymentError::Refused(_)) => match runner.command(&system, WithdrawRefund { refund: refund.id }).await {
            Ok(_) => Ok(Mended::Withdrawn(purchase.id)),
            Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => Err(error),
            Err(_) => Ok(Mended::Unknown(purchase.id)),
        },
        _ => Ok(Mended::Unknown(purchase.id)),
    }
}
