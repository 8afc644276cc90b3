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
/// If the store fails.
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aedile_kernel::mock::{self, MockStore};
    use aedile_kernel::{Epochs, Registry, Timestamp};

    use super::*;
    use crate::disputes::samples::report;
    use crate::payments::{ChargeReport, MockPaymentAccounts, PaymentAccounts, ProviderRefundStatus, RefundReport};
    use crate::purchases::samples::session;
    use crate::test_support::now;

    /// Why an event is not taken by a system without operations: it names the one that would have.
    fn taken_by(news: News) -> Result<(), String> {
        let store: MockStore<dyn PaymentAccounts> = MockStore::new(Box::new(MockPaymentAccounts::new()));
        let runner = mock::runner(store, &Arc::new(Epochs::default()));
        let operations = Registry::default().bind(&Arc::new(runner));
        let event = PaymentEvent { id: "evt_1".into(), created_at: Timestamp::from_seconds(1), news };
        let taken = now(take_payment_event(&operations, &Caller::system(), event));
        taken.map_err(|error| std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string))
    }

    #[test]
    fn each_kind_of_news_has_its_operation() {
        let refund = RefundReport {
            id: "re_1".into(),
            payment_intent: None,
            reference: None,
            amount: 1,
            status: ProviderRefundStatus::Failed,
        };
        let charge = ChargeReport {
            payment_intent: "pi_1".into(),
            reference: None,
            amount: None,
            currency: None,
            refunded: 1,
            refunds: vec![],
        };
        for (news, operation) in [
            (News::Checkout(session()), "purchase.settle_checkout"),
            (News::Charge(charge), "refund.settle_charge"),
            (News::Refund(refund), "refund.settle"),
            (News::Dispute(report()), "dispute.note"),
            (News::Account { account: "acct_1".into(), payments_enabled: true }, "payment_account.note"),
            (News::AccountGone { account: "acct_1".into() }, "payment_account.disconnect"),
        ] {
            let why = taken_by(news).unwrap_err();
            assert_eq!(why, format!("{operation} is not registered"));
        }
        assert_eq!(taken_by(News::Other), Ok(()));
    }
}
