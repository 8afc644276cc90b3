//! Giving money back: the refund, the provider's part, and what became of it.

use aedile_kernel::runner::Done;
use aedile_kernel::{Caller, Error, Operations, Result};

use super::begin::BeginRefund;
use super::model::Refunding;
use super::settle::NoteRefund;
use super::withdraw::WithdrawRefund;
use crate::payments::{PaymentError, Payments, ProviderRefund};

/// Begins a refund and asks the provider for it. The refund is kept before the provider is asked. What certainly did not
/// happen is taken back; where nobody knows, it stays, and the next attempt asks again under the same key.
///
/// # Errors
/// Of [`BeginRefund`]; `Conflict` when the provider refuses, `Unavailable` when it does not answer.
pub async fn issue_refund(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    refund: BeginRefund,
) -> Result<(Done<Refunding>, ProviderRefund)> {
    let begun = operations.run(caller, refund).await?;
    let (refund, caller) = (begun.output.refund.id, &caller.concluding());
    match payments.refund(&begun.output.order).await {
        Ok(told) => {
            operations.run(caller, NoteRefund { refund, provider_id: told.id.clone() }).await?;
            Ok((begun, told))
        }
        Err(error) => {
            if !matches!(error, PaymentError::Uncertain(_)) {
                operations.run(caller, WithdrawRefund { refund }).await?;
            }
            Err(Error::from(error))
        }
    }
}
