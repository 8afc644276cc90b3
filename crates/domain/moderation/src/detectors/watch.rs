//! Who looks at which event.

use std::sync::Arc;

use aedile_kernel::{Change, Context, Event, Result, UserId, View, Watcher};
use serde_json::{Value, json};

use super::port::AbuseSignals;
use super::raise::raise;
use super::rules::{Thresholds, is_self_purchase};
use crate::flags::{FlagType, NewFlag};

/// The watcher that raises flags from these thresholds on.
#[must_use]
pub fn watch<K: View<dyn AbuseSignals>>(thresholds: Thresholds) -> Watcher<K> {
    Arc::new(move |connection, event, cx| look_at(connection.view(), thresholds, event, cx))
}

fn look_at(signals: &mut dyn AbuseSignals, thresholds: Thresholds, event: &Event, cx: &Context) -> Result<Change<()>> {
    match event {
        Event::ReviewWritten { seller, .. } => review_burst(signals, thresholds, seller, cx),
        Event::PurchaseCompleted { buyer, seller, purchase } => {
            let burst = buyer_seller_burst(signals, thresholds, (buyer, seller), cx)?;
            Ok(burst.and(self_purchase(signals, (buyer, seller), *purchase, cx)?))
        }
        Event::PurchaseRefunded { buyer, .. } => refund_burst(signals, thresholds, buyer, cx),
        Event::PaymentNeedsReview { trouble, reference_id, reference_type, details } => {
            let flag = NewFlag {
                flag_type: FlagType::from(*trouble),
                reference_id: reference_id.clone(),
                reference_type,
                subject: format!("{reference_type} {reference_id}"),
                details: details.clone(),
                created_at: cx.now,
            };
            raise(signals, &flag)
        }
        Event::UserRegistered { .. }
        | Event::AccessTaken { .. }
        | Event::AccessRestored { .. }
        | Event::RoleChanged { .. }
        | Event::RightsWidened(_)
        | Event::DeletionRequested { .. } => Ok(Change::none()),
    }
}

fn buyer_seller_burst(
    signals: &mut dyn AbuseSignals,
    thresholds: Thresholds,
    (buyer, seller): (&UserId, &UserId),
    cx: &Context,
) -> Result<Change<()>> {
    let burst = thresholds.buyer_seller_burst;
    let count = signals.count_purchases(buyer, seller, cx.now.plus_seconds(-burst.seconds))?;
    if !burst.is_reached_by(count) {
        return Ok(Change::none());
    }
    let details = json!({ "purchases": count, "seller_id": seller, "window_seconds": burst.seconds });
    let subject = format!("{buyer} {seller}");
    raise(signals, &of_buyer(FlagType::BuyerSellerBurst, buyer, subject, details, cx))
}

fn self_purchase(
    signals: &mut dyn AbuseSignals,
    (buyer, seller): (&UserId, &UserId),
    purchase: i64,
    cx: &Context,
) -> Result<Change<()>> {
    let emails = signals.find_email(buyer)?.zip(signals.find_email(seller)?);
    if !emails.is_some_and(|(buyer, seller)| is_self_purchase(&buyer, &seller)) {
        return Ok(Change::none());
    }
    let details = json!({ "purchase_id": purchase, "seller_id": seller });
    raise(signals, &of_buyer(FlagType::SelfPurchase, buyer, format!("{buyer} {seller}"), details, cx))
}

fn refund_burst(
    signals: &mut dyn AbuseSignals,
    thresholds: Thresholds,
    buyer: &UserId,
    cx: &Context,
) -> Result<Change<()>> {
    let burst = thresholds.refund_burst;
    let count = signals.count_refunds(buyer, cx.now.plus_seconds(-burst.seconds))?;
    if !burst.is_reached_by(count) {
        return Ok(Change::none());
    }
    let details = json!({ "refunds": count, "window_seconds": burst.seconds });
    raise(signals, &of_buyer(FlagType::RefundBurst, buyer, buyer.to_string(), details, cx))
}

fn of_buyer(flag_type: FlagType, buyer: &UserId, subject: String, details: Value, cx: &Context) -> NewFlag {
    let reference_id = buyer.to_string();
    NewFlag { flag_type, reference_id, reference_type: "buyer", subject, details, created_at: cx.now }
}

fn review_burst(
    signals: &mut dyn AbuseSignals,
    thresholds: Thresholds,
    seller: &UserId,
    cx: &Context,
) -> Result<Change<()>> {
    let burst = thresholds.review_burst;
    let count = signals.count_reviews_of(seller, cx.now.plus_seconds(-burst.seconds))?;
    if !burst.is_reached_by(count) {
        return Ok(Change::none());
    }
    let flag = NewFlag {
        flag_type: FlagType::ReviewBurst,
        reference_id: seller.to_string(),
        reference_type: "seller",
        subject: seller.to_string(),
        details: json!({ "reviews": count, "window_seconds": burst.seconds }),
        created_at: cx.now,
    };
    raise(signals, &flag)
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{PaymentTrouble, Timestamp};

    use super::super::port::MockAbuseSignals;
    use super::*;
    use crate::flags::{AbuseFlag, AbuseFlagId, FlagStatus};

    fn look(reviews: u64, is_flagged: bool) -> Change<()> {
        let mut signals = MockAbuseSignals::new();
        let hour_ago = Timestamp::from_micros(NOW).plus_seconds(-3600);
        signals.expect_count_reviews_of().withf(move |_, since| *since == hour_ago).returning(move |_, _| Ok(reviews));
        signals.expect_insert_flag().returning(move |flag| {
            let flag = flag.clone();
            Ok((!is_flagged).then(|| AbuseFlag {
                id: AbuseFlagId(1),
                flag_type: flag.flag_type,
                reference_id: flag.reference_id,
                reference_type: flag.reference_type.into(),
                details: flag.details,
                status: FlagStatus::Open,
                resolved_by: None,
                resolved_at: None,
                resolution_notes: None,
                created_at: flag.created_at,
            }))
        });
        let user = |id| UserId::parse(id).unwrap();
        let event = Event::ReviewWritten { reviewer: user("user_a"), seller: user("user_seller") };
        look_at(&mut signals, Thresholds::default(), &event, &context_of("user_a", [])).unwrap()
    }

    #[test]
    fn ten_reviews_within_an_hour_raise_a_flag() {
        assert!(look(9, false).records().is_empty());
        let change = look(10, false);
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.action, Some("abuse_flag.raise"));
        let raised = record.new_values.as_ref().unwrap();
        assert_eq!((&raised["reference_id"], &raised["details"]["reviews"]), (&"user_seller".into(), &10.into()));
    }

    #[test]
    fn every_trouble_with_a_payment_raises_a_flag_about_it() {
        for (trouble, flag_type) in [
            (PaymentTrouble::RefundFailed, FlagType::RefundFailed),
            (PaymentTrouble::DoublePayment, FlagType::DoublePayment),
            (PaymentTrouble::DisputeOpened, FlagType::DisputeOpened),
            (PaymentTrouble::DisputeLost, FlagType::DisputeLost),
            (PaymentTrouble::UnmatchedPayment, FlagType::UnmatchedPayment),
        ] {
            let mut signals = MockAbuseSignals::new();
            signals
                .expect_insert_flag()
                .times(1)
                .withf(move |flag| {
                    (flag.flag_type, flag.reference_id.as_str(), flag.reference_type) == (flag_type, "7", "purchase")
                        && (flag.subject.as_str(), &flag.details) == ("purchase 7", &json!({ "why": "x" }))
                })
                .returning(|_| Ok(None));
            let event = Event::PaymentNeedsReview {
                trouble,
                reference_id: "7".into(),
                reference_type: "purchase",
                details: json!({ "why": "x" }),
            };
            let told = look_at(&mut signals, Thresholds::default(), &event, &context_of("system", [])).unwrap();
            assert!(told.records().is_empty(), "one is open");
        }
    }

    #[test]
    fn while_a_flag_is_open_there_is_no_other() {
        assert!(look(11, true).records().is_empty());
    }
}
