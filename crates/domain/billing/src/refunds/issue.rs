//! Refunding: the refund, the provider's part, and what became of it.

use aedile_kernel::runner::Done;
use aedile_kernel::{Caller, Error, Operations, Result};

use super::attempt::{AttemptRefund, ForgetAttempts, NoteRefund};
use super::begin::BeginRefund;
use super::list::ListRefunds;
use super::model::{Refund, RefundId, RefundStatus, Refunding};
use super::settle::SettleRefund;
use super::withdraw::WithdrawRefund;
use crate::payments::{PaymentError, Payments, ProviderRefund, RefundOrder, RefundReport};

/// Begins a refund and asks the provider for it, or resumes one whose outcome is open. That the provider may hear of it is
/// kept before each request; what was never heard is withdrawn, and what may have been is asked about before
/// it is requested again.
///
/// # Errors
/// Of [`BeginRefund`]; `Conflict` when the provider refuses and when a request that is sent again names a refund that was
/// withdrawn, `Unavailable` when the provider does not answer.
pub async fn issue_refund(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    refund: BeginRefund,
) -> Result<(Done<Refunding>, ProviderRefund)> {
    let begun = operations.run(caller, refund).await?;
    let Refunding { refund, order, is_new } = &begun.output;
    let caller = &caller.concluding();
    let told = match *is_new && !begun.replayed {
        true => request(operations, payments, caller, refund.id, order).await?,
        false => resume(operations, payments, caller, refund, order).await?,
    };
    Ok((begun, told))
}

/// Resumes a refund from its current state.
async fn resume(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    refund: &Refund,
    order: &RefundOrder,
) -> Result<ProviderRefund> {
    let known = operations.run(&Caller::system(), ListRefunds { purchase: refund.purchase }).await?.output;
    let refund = known.into_iter().find(|known| known.id == refund.id).ok_or_else(|| Error::not_found("Refund"))?;
    match refund.status {
        RefundStatus::Pending => ask(operations, payments, caller, &refund, order).await.and_then(Asked::into_told),
        _ => decided(refund),
    }
}

/// The outcome of a refund that is no longer pending.
fn decided(refund: Refund) -> Result<ProviderRefund> {
    if refund.status == RefundStatus::Withdrawn {
        return Err(Error::conflict(
            "this refund was withdrawn, as the payment provider never did it: ask for it under another Idempotency-Key",
        ));
    }
    let status = refund.provider_status();
    Ok(ProviderRefund { id: refund.provider_id.unwrap_or_default(), status })
}

/// What came of asking about a pending refund.
#[derive(Debug)]
pub(crate) enum Asked {
    /// The provider has it.
    Told(ProviderRefund),
    /// A concurrent request settled it.
    Settled(Refund),
    /// It was withdrawn: the provider was not reached, or refused.
    Denied(PaymentError),
    /// Nobody knows yet.
    Open(PaymentError),
}

impl Asked {
    fn into_told(self) -> Result<ProviderRefund> {
        match self {
            Self::Told(told) => Ok(told),
            Self::Settled(refund) => decided(refund),
            Self::Denied(error) | Self::Open(error) => Err(Error::from(error)),
        }
    }
}

/// Asks about a pending refund, and requests it when the provider has none. What the provider has a name for is never
/// requested. Concurrent callers are safe: whoever finds that another one was answered meanwhile takes that answer.
pub(crate) async fn ask(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    refund: &Refund,
    order: &RefundOrder,
) -> Result<Asked> {
    if refund.may_be_heard() {
        match payments.find_refund(order, refund.provider_id.as_deref()).await {
            Ok(Some(told)) => return note(operations, caller, refund.id, order, told).await.map(Asked::Told),
            Ok(None) if refund.provider_id.is_some() => return Ok(unknown_name()),
            Ok(None) => operations.run(caller, ForgetAttempts { refund: refund.id }).await.map(drop)?,
            Err(error) => return Ok(Asked::Open(error)),
        }
    }
    let current = operations.run(caller, AttemptRefund { refund: refund.id }).await?.output;
    match (current.status, &current.provider_id) {
        (RefundStatus::Pending, None) => asked(operations, payments, caller, refund.id, order).await,
        (RefundStatus::Pending, Some(id)) => match payments.find_refund(order, Some(id)).await {
            Ok(Some(told)) => note(operations, caller, refund.id, order, told).await.map(Asked::Told),
            Ok(None) => Ok(unknown_name()),
            Err(error) => Ok(Asked::Open(error)),
        },
        _ => Ok(Asked::Settled(current)),
    }
}

fn unknown_name() -> Asked {
    Asked::Open(PaymentError::Uncertain("the payment provider does not know a refund that it named".into()))
}

async fn request(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    refund: RefundId,
    order: &RefundOrder,
) -> Result<ProviderRefund> {
    asked(operations, payments, caller, refund, order).await.and_then(Asked::into_told)
}

/// Requests a refund, after it was kept that the provider may hear so.
async fn asked(
    operations: &Operations,
    payments: &dyn Payments,
    caller: &Caller,
    refund: RefundId,
    order: &RefundOrder,
) -> Result<Asked> {
    match payments.refund(order).await {
        Ok(told) => note(operations, caller, refund, order, told).await.map(Asked::Told),
        Err(error @ PaymentError::Uncertain(_)) => Ok(Asked::Open(error)),
        Err(error) => {
            let withdrawn = operations.run(caller, WithdrawRefund { refund }).await?.output;
            let is_open = withdrawn.status == RefundStatus::Pending;
            Ok(if is_open { Asked::Open(error) } else { Asked::Denied(error) })
        }
    }
}

/// Keeps the provider's name of the refund, and that it failed when it did.
async fn note(
    operations: &Operations,
    caller: &Caller,
    refund: RefundId,
    order: &RefundOrder,
    told: ProviderRefund,
) -> Result<ProviderRefund> {
    operations.run(caller, NoteRefund { refund, provider_id: told.id.clone() }).await?;
    if told.status.is_failed() {
        settle(operations, order, &told).await?;
    }
    Ok(told)
}

/// Applies what the provider says of a refund that it was asked about.
pub(crate) async fn settle(operations: &Operations, order: &RefundOrder, told: &ProviderRefund) -> Result<()> {
    let report = RefundReport {
        id: told.id.clone(),
        payment_intent: Some(order.payment_intent.clone()),
        reference: Some(order.reference.clone()),
        amount: order.amount_cents,
        status: told.status,
    };
    operations.run(&Caller::system(), SettleRefund { event_id: None, report }).await.map(drop)
}

#[cfg(test)]
#[path = "issue_tests.rs"]
pub(crate) mod tests;
