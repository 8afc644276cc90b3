//! Refunds, and books in memory, for tests of rules.

use std::sync::{Arc, Mutex, MutexGuard};

use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{Reference, Result, Timestamp};

use super::model::{Refund, RefundId, RefundStatus};
use super::port::MockRefunds;
use crate::disputes::Dispute;
use crate::ledger::{AccountKind, LedgerTransaction, PostedTransaction, TransactionId};
use crate::purchases::{Purchase, PurchaseId};

/// The n-th reference that the entropy of tests draws.
pub(crate) fn reference(n: usize) -> Reference {
    let entropy = SeededEntropy::default();
    (0..=n).map(|_| Reference::generate(&entropy)).last().unwrap()
}

/// Refund 1 of purchase 7, for all of it, asked for once and not answered.
pub(crate) fn pending() -> Refund {
    Refund {
        id: RefundId(1),
        reference: reference(1),
        purchase: PurchaseId(7),
        ordinal: 1,
        amount_cents: 999,
        status: RefundStatus::Pending,
        provider_id: None,
        by_dispute: false,
        unanswered: 1,
        asked_at: Some(Timestamp::from_micros(NOW)),
        reason: "asked for".into(),
        created_at: Timestamp::from_micros(NOW),
    }
}

/// What the books hold.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) purchase: Option<Purchase>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) disputes: Vec<Dispute>,
    pub(crate) events: Vec<String>,
    /// The references of what was posted, and what it gave the seller, the fees and the provider's account.
    pub(crate) transactions: Vec<(String, [i64; 3])>,
    /// Whether the buyer holds a licence by the purchase.
    pub(crate) has_licence: bool,
}

/// Books that are looked at after a rule has run on them.
#[derive(Clone, Default)]
pub(crate) struct SharedBooks(Arc<Mutex<Books>>);

impl SharedBooks {
    pub(crate) fn of(purchase: Purchase, refunds: Vec<Refund>) -> Self {
        let has_licence = purchase.is_standing();
        Self(Arc::new(Mutex::new(Books { purchase: Some(purchase), refunds, has_licence, ..Books::default() })))
    }

    pub(crate) fn look(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    pub(crate) fn purchase(&self) -> Purchase {
        self.look().purchase.clone().unwrap()
    }

    pub(crate) fn refund(&self, id: i64) -> Refund {
        self.look().refunds.iter().find(|refund| refund.id.0 == id).cloned().unwrap()
    }

    pub(crate) fn refunds(&self) -> Vec<Refund> {
        self.look().refunds.clone()
    }

    pub(crate) fn disputes(&self) -> Vec<Dispute> {
        self.look().disputes.clone()
    }

    pub(crate) fn events(&self) -> Vec<String> {
        self.look().events.clone()
    }

    pub(crate) fn has_licence(&self) -> bool {
        self.look().has_licence
    }

    /// What the transactions so far gave the seller, the fees and the provider's account.
    pub(crate) fn sums(&self) -> [i64; 3] {
        self.look()
            .transactions
            .iter()
            .fold([0; 3], |sums, (_, amounts)| std::array::from_fn(|at| sums[at] + amounts[at]))
    }

    /// A port on these books.
    pub(crate) fn port(&self) -> MockRefunds {
        let mut port = MockRefunds::new();
        let books = || self.clone();
        let b = books();
        port.expect_lock().returning(move |id| Ok(b.look().purchase.clone().filter(|purchase| purchase.id == id)));
        let b = books();
        port.expect_find().returning(move |id| Ok(b.look().purchase.clone().filter(|purchase| purchase.id == id)));
        let b = books();
        port.expect_find_by_session().returning(move |session| {
            Ok(b.look().purchase.clone().filter(|purchase| purchase.session_id.as_deref() == Some(session)))
        });
        let b = books();
        port.expect_find_by_payment().returning(move |payment| {
            let found = b.look().purchase.clone();
            Ok(found.filter(|purchase| purchase.payment_intent.as_deref() == Some(payment)).map(|found| found.id))
        });
        let b = books();
        port.expect_find_by_reference().returning(move |reference| {
            Ok(b.look().purchase.clone().filter(|purchase| purchase.reference == *reference).map(|found| found.id))
        });
        let b = books();
        port.expect_find_refund_by_reference().returning(move |reference| {
            Ok(b.look().refunds.iter().find(|refund| refund.reference == *reference).map(|refund| refund.purchase))
        });
        let b = books();
        port.expect_find_refund_by_provider_id().returning(move |id| {
            let books = b.look();
            let mut refunds = books.refunds.iter();
            Ok(refunds.find(|refund| refund.provider_id.as_deref() == Some(id)).map(|refund| refund.purchase))
        });
        let b = books();
        port.expect_find_purchase_of().returning(move |id| {
            Ok(b.look().refunds.iter().find(|refund| refund.id == id).map(|refund| refund.purchase))
        });
        let b = books();
        port.expect_list_refunds().returning(move |_| Ok(b.look().refunds.clone()));
        let b = books();
        port.expect_insert_refund().returning(move |refund| {
            let mut books = b.look();
            let id = RefundId(i64::try_from(books.refunds.len()).unwrap() + 1);
            let refund = Refund { id, ..refund.clone() };
            books.refunds.push(refund.clone());
            Ok(refund)
        });
        let b = books();
        port.expect_update_refund().returning(move |refund| {
            let mut books = b.look();
            let known = books.refunds.iter_mut().find(|known| known.id == refund.id).unwrap();
            *known = refund.clone();
            Ok(())
        });
        let b = books();
        port.expect_list_disputes().returning(move |_| Ok(b.look().disputes.clone()));
        let b = books();
        port.expect_insert_event().returning(move |event, _| {
            let mut books = b.look();
            let is_new = !books.events.iter().any(|known| known == event);
            books.events.push(event.to_owned());
            Ok(is_new)
        });
        self.expect_money(&mut port);
        port
    }

    fn expect_money(&self, port: &mut MockRefunds) {
        let b = self.clone();
        port.expect_update().returning(move |purchase| {
            b.look().purchase = Some(purchase.clone());
            Ok(())
        });
        let b = self.clone();
        port.expect_post().returning(move |transaction| b.post(transaction));
        let b = self.clone();
        port.expect_lock_licence().returning(move |_, _| Ok(b.look().has_licence));
        let b = self.clone();
        port.expect_grant_licence().returning(move |_, _| {
            b.look().has_licence = true;
            Ok(())
        });
        let b = self.clone();
        port.expect_end_licence().returning(move |_, _| {
            b.look().has_licence = false;
            Ok(())
        });
        port.expect_find_standing().returning(|_, _, _| Ok(None));
    }

    fn post(&self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>> {
        let of =
            |kind| transaction.entries().iter().filter(|line| line.account.kind == kind).map(|line| line.amount).sum();
        let amounts = [of(AccountKind::Seller), of(AccountKind::Fees), of(AccountKind::Stripe)];
        let mut books = self.look();
        let reference = transaction.reference.clone().unwrap();
        assert!(books.transactions.iter().all(|(known, _)| *known != reference), "posted twice: {reference}");
        books.transactions.push((reference, amounts));
        Ok(Some(PostedTransaction { id: TransactionId(1), balance_after: 0 }))
    }
}
