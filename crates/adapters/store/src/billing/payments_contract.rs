//! What every database must do with purchases, refunds, disputes and sellers' accounts.

use aedile_billing::disputes::{Dispute, DisputeId, Disputes};
use aedile_billing::payments::{DisputeStatus, PaymentAccounts};
use aedile_billing::purchases::{CheckoutStatus, NewPurchase, Purchase, PurchaseId, PurchaseStatus, Purchases};
use aedile_billing::reconcile::Drift;
use aedile_billing::refunds::{Refund, RefundId, RefundStatus, Refunds};
use aedile_kernel::mock::SeededEntropy;
use aedile_kernel::{Cursor, Entropy, Error, PageRequest, Position, Reference, Timestamp};
use diesel::connection::SimpleConnection;

use super::contract::{id, user};
use super::purchases::has_licence;
use crate::connection::Connection;
use crate::testing::{for_each_backend, in_transaction_refused};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// `ada` buys, `sue` sells the skills 1 (`pdf`) and 2 (`csv`).
fn shop(c: &mut Connection) {
    ["ada", "bob", "sue"].into_iter().for_each(|name| user(c, name));
    c.batch_execute(
        "INSERT INTO slugs (slug, kind) VALUES ('tools', 'category'), ('pdf', 'skill'), ('csv', 'skill'); \
         INSERT INTO categories (id, slug, name, icon, created_at, updated_at) VALUES (1, 'tools', 'Tools', 'grid', 1, 1); \
         INSERT INTO skills (id, slug, name, description, category_id, price_cents, seller_id, source, created_at, updated_at) \
         VALUES (1, 'pdf', 'PDF', '', 1, 999, 'sue', 'native', 1, 1), (2, 'csv', 'CSV', '', 1, 500, 'sue', 'native', 1, 1)",
    )
    .unwrap();
}

fn begin(c: &mut Connection, entropy: &dyn Entropy, skill_id: i64, seconds: i64) -> Purchase {
    let new = NewPurchase {
        reference: Reference::generate(entropy),
        buyer_id: id("ada"),
        skill_id,
        seller_id: id("sue"),
        amount_cents: 999,
        fee_cents: 150,
        created_at: at(seconds),
    };
    Purchases::insert(c, &new).unwrap()
}

fn paid(c: &mut Connection, purchase: &Purchase) -> Purchase {
    let payment_intent = Some(format!("pi_{}", purchase.id));
    let after =
        Purchase { status: PurchaseStatus::Completed, payment_intent, completed_at: Some(at(9)), ..purchase.clone() };
    Purchases::update(c, &after).unwrap();
    after
}

fn refund(entropy: &dyn Entropy, purchase: PurchaseId, ordinal: i64) -> Refund {
    Refund {
        id: RefundId(0),
        reference: Reference::generate(entropy),
        purchase,
        ordinal,
        amount_cents: 999,
        status: RefundStatus::Pending,
        provider_id: None,
        by_dispute: false,
        unanswered: 1,
        asked_at: Some(at(20)),
        reason: "asked for".into(),
        created_at: at(20),
    }
}

#[test]
fn a_purchase_is_found_by_all_that_names_it() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let begun = begin(c, &entropy, 1, 1);
        assert_eq!(
            (begun.reference.as_str().len(), begun.checkout, begun.session_id.clone()),
            (32, CheckoutStatus::Open, None)
        );
        let known = Purchase { session_id: Some("cs_1".into()), checkout_url: Some("https://x".into()), ..begun };
        Purchases::update(c, &known).unwrap();
        let known = paid(c, &known);
        assert_eq!(Purchases::find(c, known.id).unwrap(), Some(known.clone()));
        assert_eq!(Purchases::lock(c, known.id).unwrap(), Some(known.clone()));
        assert_eq!(Purchases::find_by_session(c, "cs_1").unwrap(), Some(known.clone()));
        assert_eq!(Purchases::find_by_reference(c, &known.reference).unwrap(), Some(known.id));
        assert_eq!(Purchases::find_by_payment(c, &format!("pi_{}", known.id)).unwrap(), Some(known.id));
        let other = Reference::generate(&entropy);
        assert_eq!(Purchases::find_by_reference(c, &other).unwrap(), None);
        assert_eq!(Purchases::find(c, PurchaseId(known.id.0 + 1)).unwrap(), None);
    });
}

#[test]
fn two_purchases_never_have_one_reference() {
    for_each_backend(|c| {
        shop(c);
        begin(c, &SeededEntropy::default(), 1, 1);
        in_transaction_refused(c, |c| {
            let again = NewPurchase {
                reference: Reference::generate(&SeededEntropy::default()),
                buyer_id: id("ada"),
                skill_id: 2,
                seller_id: id("sue"),
                amount_cents: 1,
                fee_cents: 0,
                created_at: at(1),
            };
            Purchases::insert(c, &again).map(drop)
        });
    });
}

#[test]
fn what_can_still_be_paid_is_pending_and_what_is_paid_stands() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let [first, over, processing, paid_one, other_skill] =
            [1, 1, 1, 1, 2].map(|skill| begin(c, &entropy, skill, 1));
        Purchases::update(c, &Purchase { checkout: CheckoutStatus::Over, ..over }).unwrap();
        Purchases::update(c, &Purchase { checkout: CheckoutStatus::Processing, ..processing.clone() }).unwrap();
        let paid_one = paid(c, &paid_one);
        let pending: Vec<_> = c.list_pending(&id("ada"), 1).unwrap().iter().map(|p| (p.id, p.checkout)).collect();
        assert_eq!(pending, [(processing.id, CheckoutStatus::Processing), (first.id, CheckoutStatus::Open)]);
        assert_eq!(c.list_pending(&id("ada"), 2).unwrap(), [other_skill]);
        assert!(c.list_pending(&id("bob"), 1).unwrap().is_empty());

        let standing = |c: &mut Connection, but| c.find_standing(&id("ada"), 1, but).unwrap().map(|found| found.id);
        assert_eq!(standing(c, first.id), Some(paid_one.id));
        assert_eq!(standing(c, paid_one.id), None);
        for (status, stands) in [(PurchaseStatus::Refunding, true), (PurchaseStatus::Refunded, false)] {
            Purchases::update(c, &Purchase { status, ..paid_one.clone() }).unwrap();
            assert_eq!(standing(c, first.id).is_some(), stands, "{status:?}");
        }
    });
}

#[test]
fn a_licence_is_given_ended_and_given_back() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let (one, other) = (begin(c, &entropy, 1, 1), begin(c, &entropy, 1, 2));
        let holds = |c: &mut Connection| has_licence(c, &id("ada"), 1).unwrap();
        let give = |c: &mut Connection, purchase: &Purchase| Purchases::grant_licence(c, purchase, at(5)).unwrap();
        assert!(!holds(c));
        give(c, &one);
        give(c, &one);
        give(c, &other);
        assert!(holds(c));
        Purchases::end_licence(c, other.id, at(6)).unwrap();
        assert!(holds(c), "it is the first purchase's");
        Purchases::end_licence(c, one.id, at(6)).unwrap();
        assert!(!holds(c));
        give(c, &one);
        assert!(holds(c), "a refund that failed gives it back");
        Purchases::end_licence(c, one.id, at(7)).unwrap();
        give(c, &other);
        assert!(holds(c));
        Purchases::end_licence(c, one.id, at(8)).unwrap();
        assert!(holds(c), "it is the other purchase's");
    });
}

#[test]
fn a_refund_is_kept_with_its_reference_and_its_attempts() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let purchase = begin(c, &entropy, 1, 1);
        let kept = c.insert_refund(&refund(&entropy, purchase.id, 1)).unwrap();
        assert_eq!(c.list_refunds(purchase.id).unwrap(), std::slice::from_ref(&kept));
        assert_eq!(c.find_purchase_of(kept.id).unwrap(), Some(purchase.id));
        assert_eq!(c.find_refund_by_reference(&kept.reference).unwrap(), Some(purchase.id));
        assert_eq!(c.find_refund_by_provider_id("re_1").unwrap(), None);
        for status in RefundStatus::ALL {
            let after = Refund {
                amount_cents: 400,
                status,
                provider_id: Some("re_1".into()),
                unanswered: 3,
                asked_at: Some(at(30)),
                ..kept.clone()
            };
            c.update_refund(&after).unwrap();
            assert_eq!(c.list_refunds(purchase.id).unwrap(), [after]);
        }
        assert_eq!(c.find_refund_by_provider_id("re_1").unwrap(), Some(purchase.id));
        let lost = Refund { by_dispute: true, asked_at: None, ..refund(&entropy, purchase.id, 2) };
        let lost = c.insert_refund(&lost).unwrap();
        assert_eq!(c.list_refunds(purchase.id).unwrap()[1], lost);
        assert_eq!(c.find_refund_by_reference(&Reference::generate(&entropy)).unwrap(), None);
        in_transaction_refused(c, |c| c.insert_refund(&Refund { ordinal: 3, ..lost.clone() }).map(drop));
    });
}

#[test]
fn disputes_are_kept_and_listed_newest_first_and_narrowed() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let (one, other) = (begin(c, &entropy, 1, 1), begin(c, &entropy, 2, 1));
        let dispute = |purchase: &Purchase, provider_id: &str, status| Dispute {
            id: DisputeId(0),
            purchase: purchase.id,
            provider_id: provider_id.into(),
            amount_cents: 999,
            reason: "fraudulent".into(),
            status,
            due_by: Some(at(70)),
            told_at: at(50),
            created_at: at(40),
        };
        let lost = c.insert_dispute(&dispute(&one, "du_1", DisputeStatus::NeedsResponse)).unwrap();
        let open = c.insert_dispute(&dispute(&one, "du_2", DisputeStatus::UnderReview)).unwrap();
        let asked = c.insert_dispute(&dispute(&other, "du_3", DisputeStatus::WarningNeedsResponse)).unwrap();
        let lost = Dispute { status: DisputeStatus::Lost, due_by: None, told_at: at(60), reason: "x".into(), ..lost };
        c.update_dispute(&lost).unwrap();
        assert_eq!(c.list_disputes(one.id).unwrap(), [lost.clone(), open.clone()]);
        let page = |limit, after: Option<Cursor>| PageRequest {
            limit,
            position: after.map_or(Position::Offset(0), Position::After),
        };
        let first = c.page_of_disputes(None, &page(2, None)).unwrap();
        assert_eq!((first.items.clone(), first.total), (vec![asked.clone(), open.clone()], Some(3)));
        assert_eq!(c.page_of_disputes(None, &page(2, first.next)).unwrap().items, std::slice::from_ref(&lost));
        let open_ones = c.page_of_disputes(Some(true), &page(9, None)).unwrap();
        assert_eq!((open_ones.items, open_ones.total), (vec![asked, open], Some(2)));
        assert_eq!(c.page_of_disputes(Some(false), &page(9, None)).unwrap().items, [lost]);
    });
}

#[test]
fn what_waits_is_asked_about_the_more_rarely_the_longer_it_waits() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let with_page = |c: &mut Connection, number: i64, checkout, seconds| {
            let session_id = Some(format!("cs_{number}"));
            let purchase = Purchase { session_id, checkout, ..begin(c, &entropy, 1, seconds) };
            Purchases::update(c, &purchase).unwrap();
            purchase
        };
        let open = with_page(c, 1, CheckoutStatus::Open, 100);
        let processing = with_page(c, 2, CheckoutStatus::Processing, 100);
        with_page(c, 3, CheckoutStatus::Over, 100);
        let young = with_page(c, 4, CheckoutStatus::Open, 200);
        let sold = with_page(c, 5, CheckoutStatus::Open, 100);
        paid(c, &sold);
        begin(c, &SeededEntropyAfter::default(), 1, 100);
        let waiting = |c: &mut Connection, before, now: Option<i64>| -> Vec<PurchaseId> {
            c.list_unpaid(at(before), now.map(at), 10).unwrap().iter().map(|purchase| purchase.id).collect()
        };
        assert_eq!(waiting(c, 200, None), [processing.id, open.id]);
        assert_eq!(waiting(c, 201, None), [young.id, processing.id, open.id]);
        assert_eq!(c.list_unpaid(at(201), None, 1).unwrap().len(), 1);
        // Asked about when it was 400 s old, it is due again 100 s later.
        c.set_asked(&[open.id, processing.id], at(500)).unwrap();
        assert_eq!(waiting(c, 200, Some(600)), []);
        assert_eq!(waiting(c, 200, Some(601)), [processing.id, open.id]);
        assert_eq!(waiting(c, 201, Some(600)), [young.id], "it was never asked about");
        assert_eq!(waiting(c, 200, None), [processing.id, open.id], "whoever wants all gets all");
    });
}

/// Other references than the first ones.
#[derive(Default)]
struct SeededEntropyAfter(SeededEntropy);

impl Entropy for SeededEntropyAfter {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
        bytes.iter_mut().for_each(|byte| *byte = !*byte);
    }
}

#[test]
fn refunds_whose_outcome_is_open_are_found_with_what_to_ask() {
    for_each_backend(|c| {
        shop(c);
        let entropy = SeededEntropy::default();
        let purchase = begin(c, &entropy, 1, 1);
        let purchase = paid(c, &purchase);
        let open = c.insert_refund(&refund(&entropy, purchase.id, 1)).unwrap();
        for (ordinal, status) in [(2, RefundStatus::Succeeded), (3, RefundStatus::Withdrawn), (4, RefundStatus::Failed)]
        {
            c.insert_refund(&Refund { status, ..refund(&entropy, purchase.id, ordinal) }).unwrap();
        }
        assert!(c.list_unsettled(at(20), 10).unwrap().is_empty(), "its event is on its way");
        let found = c.list_unsettled(at(21), 10).unwrap();
        let [refunding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((&refunding.refund, refunding.is_new), (&open, false));
        assert_eq!(refunding.order, open.order(format!("pi_{}", purchase.id)));
    });
}

#[test]
fn a_seller_whose_account_is_gone_sells_nothing_by_it() {
    for_each_backend(|c| {
        shop(c);
        c.batch_execute(
            "UPDATE users SET stripe_connect_id = 'acct_1', payment_reference = 'x', payments_enabled = TRUE WHERE id = 'sue'",
        )
        .unwrap();
        let entropy = SeededEntropy::default();
        let [open, processing, sold] = [1, 1, 1].map(|skill| begin(c, &entropy, skill, 1));
        Purchases::update(c, &Purchase { checkout: CheckoutStatus::Processing, ..processing.clone() }).unwrap();
        let sold = paid(c, &sold);
        let account = PaymentAccounts::lock(c, "acct_1").unwrap().unwrap();
        c.disconnect(&account).unwrap();
        assert!(PaymentAccounts::lock(c, "acct_1").unwrap().is_none());
        let offer = c.find_offer("pdf").unwrap().unwrap();
        assert_eq!((offer.seller_account, offer.payments_enabled), (None, None));
        let checkout = |c: &mut Connection, id| Purchases::find(c, id).unwrap().unwrap().checkout;
        assert_eq!(checkout(c, open.id), CheckoutStatus::Over);
        assert_eq!(checkout(c, processing.id), CheckoutStatus::Processing);
        assert_eq!(checkout(c, sold.id), CheckoutStatus::Open);
    });
}

/// Databases of earlier versions: a refund that was under way had been asked for, under its purchase's number.
#[test]
fn refunds_of_earlier_versions_stay_findable_and_may_have_been_heard() {
    for_each_backend(|c| {
        shop(c);
        let purchase = begin(c, &SeededEntropy::default(), 1, 1);
        paid(c, &purchase);
        let open = Refund {
            reference: Reference::stored(purchase.id.to_string()),
            ..refund(&SeededEntropyAfter::default(), purchase.id, 1)
        };
        let open = c.insert_refund(&open).unwrap();
        let found = c.list_unsettled(at(21), 10).unwrap();
        assert_eq!(found[0].order.reference.as_str(), purchase.id.to_string());
        assert!(found[0].refund.may_be_heard() && open.may_be_heard());
        assert!(matches!(Reference::parse(open.reference.as_str()), Err(Error::Invalid(_))), "no event carries it");
    });
}
