//! Taking an event, whether the provider sent it or was asked for it.

use aedile_kernel::{Caller, Operations, Result};

use super::events::{News, PaymentEvent};
use super::note_account::NotePaymentAccount;
use crate::purchases::CompletePurchase;
use crate::refunds::SettleRefund;

/// Writes down what an event tells, once however often it comes.
///
/// # Errors
/// Of the store.
pub async fn take_payment_event(operations: &Operations, caller: &Caller, event: PaymentEvent) -> Result<()> {
    let PaymentEvent { id, created_at, news } = event;
    match news {
        News::Paid { purchase, payment_intent } => {
            let paid = CompletePurchase { event_id: Some(id), purchase, payment_intent };
            operations.run(caller, paid).await.map(drop)
        }
        News::Refunded { purchase, payment_intent, refunded_cents } => {
            let settle = SettleRefund { event_id: id, purchase, payment_intent, refunded_cents };
            operations.run(caller, settle).await.map(drop)
        }
        News::Account { account, payments_enabled } => {
            let note = NotePaymentAccount { account, payments_enabled, told_at: created_at };
            operations.run(caller, note).await.map(drop)
        }
        News::Other => Ok(()),
    }
}
