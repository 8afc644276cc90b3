//! Taking an event, whether the provider sent it or was asked for it.

use aedile_kernel::{Caller, Operations, Result};

use super::disconnect_account::DisconnectPaymentAccount;
use super::events::{News, PaymentEvent};
use super::note_account::NotePaymentAccount;
use crate::disputes::NoteDispute;
use crate::purchases::SettleCheckout;
use crate::refunds::{SettleCharge, SettleRefund};

/// Applies what an event tells. Idempotent.
///
/// # Errors
/// Of the store.
pub async fn take_payment_event(operations: &Operations, caller: &Caller, event: PaymentEvent) -> Result<()> {
    let PaymentEvent { id, created_at, news } = event;
    match news {
        News::Checkout(session) => {
            operations.run(caller, SettleCheckout { event_id: Some(id), session }).await.map(drop)
        }
        News::Charge(report) => operations.run(caller, SettleCharge { event_id: id, report }).await.map(drop),
        News::Refund(report) => operations.run(caller, SettleRefund { event_id: Some(id), report }).await.map(drop),
        News::Dispute(report) => {
            operations.run(caller, NoteDispute { event_id: id, told_at: created_at, report }).await.map(drop)
        }
        News::Account { account, payments_enabled } => {
            let note = NotePaymentAccount { account, payments_enabled, told_at: created_at };
            operations.run(caller, note).await.map(drop)
        }
        News::AccountGone { account } => operations.run(caller, DisconnectPaymentAccount { account }).await.map(drop),
        News::Other => Ok(()),
    }
}
