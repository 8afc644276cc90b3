//! Paying: the purchase, the provider's page, and whether it was paid.

use aedile_kernel::runner::Done;
use aedile_kernel::{Caller, Error, Operations, Result};

use super::attach::AttachCheckout;
use super::get::GetPurchase;
use super::model::{CheckoutStatus, Purchase, PurchaseStatus};
use super::settle_checkout::SettleCheckout;
use super::start::{StartPurchase, Started};
use crate::payments::{CheckoutSession, PaymentError, PaymentState, Payments, SessionState};

/// Starts a purchase and opens the page where it is paid; the answer's purchase holds the page. The purchase is kept before
/// the provider is asked. A page that was opened before is asked about first: one that waits is gone on with, and one that
/// has expired or failed is replaced by a new purchase at once.
///
/// # Errors
/// Of [`StartPurchase`]; `Conflict` when the provider refuses, `Unavailable` when it does not answer.
pub async fn open_checkout(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    start: StartPurchase,
) -> Result<Done<Started>> {
    // What it would resume may be paid by now, or dead. Whatever is wrong with the request is said when it is run.
    if let Ok(preview) = operations.preview(caller, start.clone()).await {
        settle_page(operations, payments, &preview.output.purchase).await?;
    }
    let Done { output: started, replayed } = operations.run(caller, start).await?;
    let purchase = match replayed {
        true => operations.run(caller, GetPurchase { purchase: started.purchase.id }).await?.output,
        false => started.purchase,
    };
    let can_be_paid = purchase.status == PurchaseStatus::Pending && purchase.checkout == CheckoutStatus::Open;
    let purchase = match purchase.session_id {
        None if can_be_paid => {
            let session = payments.open_checkout(&started.order).await?;
            operations.run(&caller.concluding(), AttachCheckout { purchase: purchase.id, session }).await?.output
        }
        _ => purchase,
    };
    Ok(Done { output: Started { purchase, order: started.order }, replayed })
}

/// Asks what became of the purchase's page, if it has one. A page that the provider does not know has expired.
async fn settle_page(operations: &Operations, payments: &dyn Payments, purchase: &Purchase) -> Result<()> {
    match confirm_payment(operations, payments, &Caller::system(), purchase).await? {
        Ok(_) => Ok(()),
        Err(PaymentError::Refused(_)) => {
            let session = unknown(purchase.session_id.clone().unwrap_or_default());
            operations.run(&Caller::system(), SettleCheckout { event_id: None, session }).await.map(drop)
        }
        Err(error) => Err(Error::from(error)),
    }
}

/// A session of which the provider knows nothing.
const fn unknown(id: String) -> CheckoutSession {
    CheckoutSession {
        id,
        url: None,
        payment_intent: None,
        state: SessionState::Expired,
        payment: PaymentState::Unpaid,
        amount: None,
        currency: None,
        reference: None,
    }
}

/// Asks the provider what became of a purchase's page, and writes it down: the purchase as it is then.
///
/// # Errors
/// The provider's are the inner ones, the store's the outer ones.
pub async fn confirm_payment(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    purchase: &Purchase,
) -> Result<Result<Purchase, PaymentError>> {
    let Some(session) = &purchase.session_id else { return Ok(Ok(purchase.clone())) };
    let session = match payments.find_checkout(session).await {
        Ok(session) => session,
        Err(error) => return Ok(Err(error)),
    };
    let settle = SettleCheckout { event_id: None, session };
    Ok(Ok(operations.run(caller, settle).await?.output.unwrap_or_else(|| purchase.clone())))
}

#[cfg(test)]
#[path = "checkout_tests.rs"]
mod tests;
