//! What a detector noticed, for people.

use aedile_kernel::UserId;
use aedile_moderation::flags::{AbuseFlag, FlagType};
use serde_json::Value;

use crate::view::{Cell, Facts, sentence, words};

const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;
/// What is told in one sentence, or by its own facts.
const TOLD: [&str; 6] = ["purchases", "refunds", "reviews", "window_seconds", "purchase_id", "seller_id"];

/// What was noticed, as a heading.
pub(super) const fn noticed(flag_type: FlagType) -> &'static str {
    match flag_type {
        FlagType::BuyerSellerBurst => "Many purchases from one seller",
        FlagType::SelfPurchase => "Self-purchase",
        FlagType::RefundBurst => "Many refunds",
        FlagType::ReviewBurst => "Many reviews at once",
        FlagType::RefundFailed => "Refund failed",
        FlagType::DoublePayment => "Paid twice",
        FlagType::DisputeOpened => "Payment disputed",
        FlagType::DisputeLost => "Dispute lost",
        FlagType::UnmatchedPayment => "Payment that fits no purchase",
    }
}

/// The figures in a few words, such as `12 reviews in 60 minutes`.
pub(super) fn in_words(flag: &AbuseFlag) -> String {
    let number = |name: &str| flag.details.get(name).and_then(Value::as_i64);
    let counted = ["purchases", "refunds", "reviews"].iter().find_map(|name| Some((number(name)?, *name)));
    match (counted, number("window_seconds"), number("purchase_id")) {
        (Some((count, what)), Some(window), _) => format!("{count} {what} in {}", span(window)),
        (Some((count, what)), None, _) => format!("{count} {what}"),
        (None, _, Some(purchase)) => format!("purchase {purchase}"),
        (None, _, None) => String::new(),
    }
}

/// What else is known, whatever a detector wrote down.
pub(super) fn others(flag: &AbuseFlag, facts: Facts) -> Facts {
    let details = flag.details.as_object().into_iter().flatten();
    details.filter(|(name, _)| !TOLD.contains(&name.as_str())).fold(facts, |facts, (name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        facts.fact(sentence(&words(name)), Cell::from(text))
    })
}

/// Whom the flag is about.
pub(super) fn subject(flag: &AbuseFlag) -> Option<UserId> {
    match flag.reference_type.as_str() {
        "buyer" | "seller" => UserId::parse(&flag.reference_id).ok(),
        _ => UserId::parse(flag.details.get("buyer_id")?.as_str()?).ok(),
    }
}

/// The seller, where the flag is about a buyer and a seller.
pub(super) fn seller(flag: &AbuseFlag) -> Option<UserId> {
    UserId::parse(flag.details.get("seller_id")?.as_str()?).ok()
}

fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        _ if seconds % HOUR == 0 && seconds > HOUR => (seconds / HOUR, "hour"),
        _ if seconds % MINUTE == 0 => (seconds / MINUTE, "minute"),
        _ => (seconds, "second"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_moderation::flags::{AbuseFlagId, FlagStatus};
    use serde_json::json;

    use super::*;

    fn flag(details: Value) -> AbuseFlag {
        AbuseFlag {
            id: AbuseFlagId(1),
            flag_type: FlagType::ReviewBurst,
            reference_id: "user_a".into(),
            reference_type: "seller".into(),
            details,
            status: FlagStatus::Open,
            resolved_by: None,
            resolved_at: None,
            resolution_notes: None,
            created_at: Timestamp::from_micros(0),
        }
    }

    #[test]
    fn figures_are_words() {
        for (details, text) in [
            (json!({ "reviews": 12, "window_seconds": 3600 }), "12 reviews in 60 minutes"),
            (json!({ "refunds": 3, "window_seconds": 86400 }), "3 refunds in 24 hours"),
            (json!({ "purchases": 5, "window_seconds": 90 }), "5 purchases in 90 seconds"),
            (json!({ "purchase_id": 7, "seller_id": "user_b" }), "purchase 7"),
            (json!({ "anything": true }), ""),
            (json!([]), ""),
        ] {
            assert_eq!(in_words(&flag(details)), text);
        }
        assert_eq!(others(&flag(json!({ "reviews": 1, "same_address": true })), Facts::default()).0.len(), 1);
        assert_eq!(seller(&flag(json!({ "seller_id": "user_b" }))).unwrap().as_str(), "user_b");
    }
}
