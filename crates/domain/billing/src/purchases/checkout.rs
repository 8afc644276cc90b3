//! Paying: the purchase, the provider's page, and whether it was paid.

use aedile_kernel::runner::Done;
use aedile_kernel::{Caller, Operations, Result};

use super::attach::AttachCheckout;
use super::complete::CompletePurchase;
use super::model::Purchase;
use super::start::{StartPurchase, Started};
use crate::payments::{CheckoutSession, PaymentError, Payments};

/// Begins a purchase and opens the page where it is paid. The purchase is kept before the provider is asked, so that an
/// answer that gets lost can be asked for again.
///
/// # Errors
/// Of [`StartPurchase`]; `Conflict` when the provider refuses, `Unavailable` when it does not answer.
pub async fn open_checkout(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    purchase: StartPurchase,
) -> Result<(Done<Started>, CheckoutSession)> {
    let started = operations.run(caller, purchase).await?;
    let session = payments.open_checkout(&started.output.order).await?;
    let attach = AttachCheckout { purchase: started.output.purchase.id, session: session.clone() };
    operations.run(&caller.concluding(), attach).await?;
    Ok((started, session))
}

/// Asks the provider whether a purchase was paid, and notes it if so: the purchase as it is then. `None` while it is not
/// paid.
///
/// # Errors
/// The provider's are the inner ones, the store's the outer ones.
pub async fn confirm_payment(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    purchase: &Purchase,
) -> Result<Result<Option<Purchase>, PaymentError>> {
    let Some(session) = &purchase.session_id else { return Ok(Ok(None)) };
    let session = match payments.find_checkout(session).await {
        Ok(session) if session.is_paid => session,
        Ok(_) => return Ok(Ok(None)),
        Err(error) => return Ok(Err(error)),
    };
    let complete = CompletePurchase { event_id: None, purchase: purchase.id, payment_intent: session.payment_intent };
    Ok(Ok(operations.run(caller, complete).await?.output))
}
