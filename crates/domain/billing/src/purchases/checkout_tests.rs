//! Which page a buyer is sent to.

use std::sync::{Arc, Mutex};

use aedile_kernel::mock::{self, MockStore};
use aedile_kernel::{Credential, Epochs, IdempotencyKey, PermissionSet, Reference, Registry, UserId};

use super::super::model::{Offer, PurchaseId};
use super::super::port::{MockPurchases, Purchases};
use super::super::samples::{paid_session, purchase, session};
use super::*;
use crate::ledger::{PostedTransaction, TransactionId};
use crate::payments::MockPayments;
use crate::test_support::now;

/// The purchases of `user_a`, who buys the skill `pdf`.
#[derive(Clone, Default)]
struct Shop(Arc<Mutex<Vec<Purchase>>>);

impl Shop {
    fn with(purchases: Vec<Purchase>) -> Self {
        Self(Arc::new(Mutex::new(purchases)))
    }

    fn all(&self) -> Vec<Purchase> {
        self.0.lock().unwrap().clone()
    }

    fn found(&self, is: impl Fn(&Purchase) -> bool) -> Option<Purchase> {
        self.all().into_iter().find(is)
    }

    fn owned(&self) -> bool {
        self.found(Purchase::is_standing).is_some()
    }

    fn port(&self) -> MockPurchases {
        let mut port = MockPurchases::new();
        let offer = Offer {
            skill_id: 3,
            name: "PDF".into(),
            price_cents: 999,
            seller_id: UserId::parse("user_bob").ok(),
            seller_account: Some("acct_1".into()),
            payments_enabled: None,
        };
        port.expect_find_offer().returning(move |_| Ok(Some(offer.clone())));
        let shop = self.clone();
        port.expect_lock_licence().returning(move |_, _| Ok(shop.owned()));
        let shop = self.clone();
        port.expect_list_pending().returning(move |_, _| {
            let is_open =
                |one: &Purchase| one.status == PurchaseStatus::Pending && one.checkout != CheckoutStatus::Over;
            Ok(shop.all().into_iter().filter(is_open).collect())
        });
        let shop = self.clone();
        port.expect_insert().returning(move |new| {
            let id = PurchaseId(i64::try_from(shop.all().len()).unwrap() + 100);
            let reference = new.reference.clone();
            let begun = Purchase { id, reference, session_id: None, checkout_url: None, ..purchase() };
            shop.0.lock().unwrap().push(begun.clone());
            Ok(begun)
        });
        let shop = self.clone();
        port.expect_lock().returning(move |id| Ok(shop.found(|one| one.id == id)));
        let shop = self.clone();
        port.expect_find().returning(move |id| Ok(shop.found(|one| one.id == id)));
        let shop = self.clone();
        port.expect_find_by_session().returning(move |id| Ok(shop.found(|one| one.session_id.as_deref() == Some(id))));
        let shop = self.clone();
        port.expect_find_by_reference().returning(move |reference: &Reference| {
            Ok(shop.found(|one| one.reference == *reference).map(|one| one.id))
        });
        let shop = self.clone();
        port.expect_update().returning(move |after| {
            let mut all = shop.0.lock().unwrap();
            *all.iter_mut().find(|one| one.id == after.id).unwrap() = after.clone();
            Ok(())
        });
        port.expect_post().returning(|_| Ok(Some(PostedTransaction { id: TransactionId(1), balance_after: 0 })));
        port.expect_grant_licence().returning(|_, _| Ok(()));
        port
    }

    fn operations(&self) -> Operations {
        let store: MockStore<dyn Purchases> = MockStore::new(Box::new(self.port()));
        let runner = mock::runner(store, &Arc::new(Epochs::default()));
        let mut registry = Registry::default();
        registry
            .command::<StartPurchase>()
            .query::<GetPurchase>()
            .internal_command::<AttachCheckout>()
            .internal_command::<SettleCheckout>();
        registry.bind(&Arc::new(runner))
    }
}

fn buyer(key: Option<&str>) -> Caller {
    let user = UserId::parse("user_a").unwrap();
    let idempotency_key = key.map(|key| IdempotencyKey::new(key, [7; 32]).unwrap());
    Caller { idempotency_key, ..Caller::user(&user, None, Credential::ProviderToken, PermissionSet::USER) }
}

type Found = Result<CheckoutSession, PaymentError>;

/// Opens a checkout at a provider that answers so; how often it was asked for a new page.
fn open(
    operations: &Operations,
    key: Option<&str>,
    opened: Option<Found>,
    found: Option<Found>,
) -> (Result<Purchase>, usize) {
    let count = Arc::new(Mutex::new(0));
    let (opened, found, counted) = (Mutex::new(opened), Mutex::new(found), Arc::clone(&count));
    let mut payments = MockPayments::new();
    payments.expect_open_checkout().returning(move |order| {
        assert_eq!((order.name.as_str(), order.amount_cents, order.destination.as_str()), ("PDF", 999, "acct_1"));
        *counted.lock().unwrap() += 1;
        opened.lock().unwrap().take().unwrap()
    });
    payments.expect_find_checkout().returning(move |_| found.lock().unwrap().take().unwrap());
    let start = StartPurchase { skill_slug: "pdf".into() };
    let done = now(open_checkout(operations, &payments, &buyer(key), start));
    let count = *count.lock().unwrap();
    (done.map(|done| done.output.purchase), count)
}

fn page(id: &str) -> CheckoutSession {
    CheckoutSession { id: id.into(), url: Some(format!("https://pay.example/{id}")), ..session() }
}

#[test]
fn a_page_is_opened_kept_and_resumed() {
    let shop = Shop::default();
    let operations = shop.operations();
    let (begun, count) = open(&operations, None, Some(Ok(page("cs_9"))), None);
    let begun = begun.unwrap();
    assert_eq!((begun.session_id.as_deref(), count), (Some("cs_9"), 1));
    assert_eq!(begun.checkout_url.as_deref(), Some("https://pay.example/cs_9"));
    let (again, count) = open(&operations, None, None, Some(Ok(page("cs_9"))));
    assert_eq!((again.unwrap(), count), (begun, 0));
    assert_eq!(shop.all().len(), 1);
}

#[test]
fn an_answer_that_was_lost_is_asked_for_again() {
    let shop = Shop::default();
    let operations = shop.operations();
    let (lost, _) = open(&operations, None, Some(Err(PaymentError::Uncertain("x".into()))), None);
    assert!(matches!(lost, Err(Error::Unavailable { .. })));
    let (begun, count) = open(&operations, None, Some(Ok(page("cs_9"))), None);
    assert_eq!((begun.unwrap().session_id.as_deref(), count, shop.all().len()), (Some("cs_9"), 1, 1));
}

#[test]
fn a_dead_page_is_replaced_at_once() {
    let expired = CheckoutSession { state: SessionState::Expired, ..session() };
    let failed = CheckoutSession { payment: PaymentState::Failed, state: SessionState::Complete, ..session() };
    let unknown = Err(PaymentError::Refused("no such session".into()));
    for dead in [Ok(expired), Ok(failed), unknown] {
        let shop = Shop::with(vec![purchase()]);
        let (begun, count) = open(&shop.operations(), None, Some(Ok(page("cs_9"))), Some(dead));
        assert_eq!((begun.unwrap().session_id.as_deref(), count), (Some("cs_9"), 1));
        let checkouts: Vec<CheckoutStatus> = shop.all().iter().map(|one| one.checkout).collect();
        assert_eq!(checkouts, [CheckoutStatus::Over, CheckoutStatus::Open]);
    }
}

#[test]
fn what_is_paid_or_under_way_is_not_bought_again() {
    let under_way = CheckoutSession { state: SessionState::Complete, ..session() };
    for (found, why) in [(paid_session(), "own"), (under_way, "under way")] {
        let shop = Shop::with(vec![purchase()]);
        let (refused, count) = open(&shop.operations(), None, None, Some(Ok(found)));
        assert!(matches!(refused, Err(Error::Conflict(text)) if text.contains(why)), "{why}");
        assert_eq!((count, shop.all().len()), (0, 1));
    }
}

#[test]
fn while_the_provider_can_not_be_asked_no_page_is_opened() {
    for error in [PaymentError::NotReached("x".into()), PaymentError::Uncertain("x".into())] {
        let shop = Shop::with(vec![purchase()]);
        let (refused, count) = open(&shop.operations(), None, None, Some(Err(error)));
        assert!(matches!(refused, Err(Error::Unavailable { .. })));
        assert_eq!((count, shop.all()), (0, vec![purchase()]));
    }
}

#[test]
fn a_request_that_is_sent_again_opens_no_second_page() {
    let shop = Shop::default();
    let operations = shop.operations();
    let (first, _) = open(&operations, Some("key-1"), Some(Ok(page("cs_9"))), None);
    let first = first.unwrap();
    let (again, count) = open(&operations, Some("key-1"), None, Some(Ok(page("cs_9"))));
    assert_eq!((again.unwrap(), count), (first.clone(), 0));
    for (status, checkout) in [
        (PurchaseStatus::Completed, CheckoutStatus::Open),
        (PurchaseStatus::Refunded, CheckoutStatus::Open),
        (PurchaseStatus::Pending, CheckoutStatus::Over),
        (PurchaseStatus::Pending, CheckoutStatus::Processing),
    ] {
        let now = Purchase { status, checkout, session_id: None, ..first.clone() };
        *shop.0.lock().unwrap() = vec![now.clone()];
        let (again, count) = open(&operations, Some("key-1"), None, None);
        assert_eq!((again.unwrap(), count), (now, 0), "{status:?} {checkout:?}");
    }
    *shop.0.lock().unwrap() = vec![Purchase { session_id: None, checkout_url: None, ..first.clone() }];
    let (again, count) = open(&operations, Some("key-1"), Some(Ok(page("cs_9"))), None);
    assert_eq!((again.unwrap(), count), (first, 1), "the answer was lost");
}
