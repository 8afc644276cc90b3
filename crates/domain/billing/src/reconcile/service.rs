//! Asking the provider, and writing down what it says.

use aedile_kernel::{Caller, Error, Operations, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::port::Drift;
use crate::payments::{PaymentError, Payments};
use crate::purchases::{Purchase, PurchaseId, confirm_payment};
use crate::refunds::{NoteRefund, Refunding, SettleRefund, WithdrawRefund};

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

/// What waits for the provider's word.
#[derive(Debug, Default)]
pub struct Waiting {
    unpaid: Vec<Purchase>,
    unsettled: Vec<(Purchase, Refunding)>,
}

/// Finds what may have drifted apart, over a store it does not name.
#[async_trait]
pub trait FindsDrift: Send + Sync {
    /// What has waited for more than a minute.
    ///
    /// # Errors
    /// Of the store.
    async fn find_drift(&self) -> Result<Waiting>;
}

#[async_trait]
impl<S> FindsDrift for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Drift>,
{
    async fn find_drift(&self) -> Result<Waiting> {
        let before = self.now().plus_seconds(-PATIENCE);
        let find = move |connection: &mut S::Connection| {
            let drift: &mut dyn Drift = connection.view();
            let (unpaid, unsettled) = (drift.list_unpaid(before, AT_ONCE)?, drift.list_unsettled(before, AT_ONCE)?);
            Ok(Waiting { unpaid, unsettled })
        };
        self.store().read(find).await
    }
}

/// Asks the provider about every purchase and refund that waits, and writes down what it says. Nothing is paid or given back
/// twice: what is asked for again carries the key it was first asked for with.
///
/// # Errors
/// Of the store.
pub async fn reconcile(operations: &Operations, payments: &dyn Payments, waiting: Waiting) -> Result<Vec<Mended>> {
    let mut mended = Vec::new();
    for purchase in waiting.unpaid {
        mended.extend(check_payment(operations, payments, &purchase).await?);
    }
    for (purchase, refunding) in waiting.unsettled {
        mended.push(check_refund(operations, payments, &purchase, refunding).await?);
    }
    Ok(mended)
}

async fn check_payment(
    operations: &Operations,
    payments: &dyn Payments,
    purchase: &Purchase,
) -> Result<Option<Mended>> {
    Ok(match confirm_payment(operations, payments, &Caller::system(), purchase).await? {
        Ok(Some(_)) => Some(Mended::Paid(purchase.id)),
        Ok(None) | Err(PaymentError::Refused(_)) => None,
        Err(_) => Some(Mended::Unknown(purchase.id)),
    })
}

async fn check_refund(
    operations: &Operations,
    payments: &dyn Payments,
    purchase: &Purchase,
    Refunding { refund, order }: Refunding,
) -> Result<Mended> {
    let system = Caller::system();
    match payments.refund(&order).await {
        Ok(told) if told.status == "succeeded" => {
            let note = NoteRefund { refund: refund.id, provider_id: told.id.clone() };
            operations.run(&system, note).await?;
            let settle = SettleRefund {
                event_id: format!("reconciled:{}", told.id),
                purchase: Some(purchase.id),
                payment_intent: order.payment_intent,
                refunded_cents: purchase.refunded_cents.saturating_add(order.amount_cents),
            };
            operations.run(&system, settle).await?;
            Ok(Mended::Refunded(purchase.id))
        }
        Err(PaymentError::Refused(_)) => match operations.run(&system, WithdrawRefund { refund: refund.id }).await {
            Ok(_) => Ok(Mended::Withdrawn(purchase.id)),
            Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => Err(error),
            Err(_) => Ok(Mended::Unknown(purchase.id)),
        },
        _ => Ok(Mended::Unknown(purchase.id)),
    }
}
