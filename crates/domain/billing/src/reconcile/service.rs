//! Asking the provider, and writing down what it says.

use aedile_kernel::{Caller, Error, Fate, Operations, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::port::Drift;
use crate::payments::{PaymentError, Payments, ProviderRefund, ProviderRefundStatus};
use crate::purchases::{CheckoutStatus, Purchase, PurchaseId, PurchaseStatus, confirm_payment};
use crate::refunds::{Asked, Refunding, ask, settle};

/// The most of each kind that is looked at.
const AT_ONCE: u32 = 1_000;

/// What was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// A purchase was paid, and the books did not know.
    Paid(PurchaseId),
    /// A purchase is not paid any more, and the books did not know.
    Over(PurchaseId),
    /// A refund was made, and the books did not know.
    Refunded(PurchaseId),
    /// A refund has failed, and the books did not know.
    Failed(PurchaseId),
    /// A refund was not made, and is withdrawn.
    Withdrawn(PurchaseId),
    /// It can't be said yet.
    Unknown(PurchaseId),
}

/// What waits for the provider's word.
#[derive(Debug, Default)]
pub struct Waiting {
    unpaid: Vec<Purchase>,
    unsettled: Vec<Refunding>,
}

/// Finds what may have drifted apart, over a store it does not name.
#[async_trait]
pub trait FindsDrift: Send + Sync {
    /// Everything that has waited for longer than so many seconds: younger than that, its event is on its way.
    ///
    /// # Errors
    /// If the store fails.
    async fn find_drift(&self, patience_seconds: i64) -> Result<Waiting>;

    /// The same, but only purchases that are due to be asked about again; that they are asked about is kept.
    ///
    /// # Errors
    /// If the store fails.
    async fn find_due_drift(&self, patience_seconds: i64) -> Result<Waiting>;
}

#[async_trait]
impl<S> FindsDrift for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Drift>,
{
    async fn find_drift(&self, patience_seconds: i64) -> Result<Waiting> {
        let before = self.now().plus_seconds(-patience_seconds);
        let find = move |connection: &mut S::Connection| {
            let drift: &mut dyn Drift = connection.view();
            let unpaid = drift.list_unpaid(before, None, AT_ONCE)?;
            Ok(Waiting { unpaid, unsettled: drift.list_unsettled(before, AT_ONCE)? })
        };
        self.store().read(find).await
    }

    async fn find_due_drift(&self, patience_seconds: i64) -> Result<Waiting> {
        let now = self.now();
        let before = now.plus_seconds(-patience_seconds);
        let find = move |connection: &mut S::Connection| {
            let drift: &mut dyn Drift = connection.view();
            let unpaid = drift.list_unpaid(before, Some(now), AT_ONCE)?;
            Ok(Waiting { unpaid, unsettled: drift.list_unsettled(before, AT_ONCE)? })
        };
        let waiting = self.store().read(find).await?;
        if !waiting.unpaid.is_empty() {
            let ids: Vec<PurchaseId> = waiting.unpaid.iter().map(|purchase| purchase.id).collect();
            let note = move |connection: &mut S::Connection| {
                let drift: &mut dyn Drift = connection.view();
                drift.set_asked(&ids, now)
            };
            self.store().write(Fate::Commit, note).await?;
        }
        Ok(waiting)
    }
}

/// Asks the provider about every purchase and refund that waits, and writes down what it says. Nothing is paid or given back
/// twice: a refund is requested only when the provider has none.
///
/// # Errors
/// If the store fails.
pub async fn reconcile(operations: &Operations, payments: &dyn Payments, waiting: Waiting) -> Result<Vec<Mended>> {
    let mut mended = Vec::new();
    for purchase in waiting.unpaid {
        mended.extend(check_payment(operations, payments, &purchase).await?);
    }
    for refunding in waiting.unsettled {
        mended.extend(check_refund(operations, payments, refunding).await?);
    }
    Ok(mended)
}

async fn check_payment(
    operations: &Operations,
    payments: &dyn Payments,
    purchase: &Purchase,
) -> Result<Option<Mended>> {
    Ok(match confirm_payment(operations, payments, &Caller::system(), purchase).await? {
        Ok(after) if after.status != PurchaseStatus::Pending => Some(Mended::Paid(purchase.id)),
        Ok(after) if after.checkout == CheckoutStatus::Over => Some(Mended::Over(purchase.id)),
        Ok(_) | Err(PaymentError::Refused(_)) => None,
        Err(_) => Some(Mended::Unknown(purchase.id)),
    })
}

async fn check_refund(
    operations: &Operations,
    payments: &dyn Payments,
    Refunding { refund, order, .. }: Refunding,
) -> Result<Option<Mended>> {
    let purchase = refund.purchase;
    match ask(operations, payments, &Caller::system(), &refund, &order).await {
        Ok(Asked::Told(told)) => {
            settle(operations, &order, &told).await?;
            Ok(Some(mended(purchase, &told)))
        }
        Ok(Asked::Settled(_)) => Ok(None),
        Ok(Asked::Denied(_)) => Ok(Some(Mended::Withdrawn(purchase))),
        Ok(Asked::Open(_)) => Ok(Some(Mended::Unknown(purchase))),
        Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => Err(error),
        Err(_) => Ok(Some(Mended::Unknown(purchase))),
    }
}

const fn mended(purchase: PurchaseId, told: &ProviderRefund) -> Mended {
    match told.status {
        ProviderRefundStatus::Succeeded => Mended::Refunded(purchase),
        ProviderRefundStatus::Failed | ProviderRefundStatus::Canceled => Mended::Failed(purchase),
        ProviderRefundStatus::Pending | ProviderRefundStatus::RequiresAction => Mended::Unknown(purchase),
    }
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
