//! Purchases and what the provider says of them, for tests of rules.

use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{Reference, Timestamp, UserId};

use super::model::{CheckoutStatus, Purchase, PurchaseId, PurchaseStatus};
use crate::payments::{CheckoutSession, PaymentState, SessionState};

/// The first reference that the entropy of tests draws.
pub(crate) fn reference() -> Reference {
    Reference::generate(&SeededEntropy::default())
}

/// Purchase 7 of skill 3, `pdf`, by `user_a` from `user_bob`, for 9.99 dollars of which 1.50 are the fee: not paid, and its
/// page is open.
pub(crate) fn purchase() -> Purchase {
    Purchase {
        id: PurchaseId(7),
        reference: reference(),
        buyer_id: UserId::parse("user_a").unwrap(),
        skill_id: 3,
        skill_slug: "pdf".into(),
        seller_id: UserId::parse("user_bob").unwrap(),
        amount_cents: 999,
        fee_cents: 150,
        refunded_cents: 0,
        status: PurchaseStatus::Pending,
        checkout: CheckoutStatus::Open,
        session_id: Some("cs_1".into()),
        checkout_url: Some("https://pay.example/cs_1".into()),
        payment_intent: None,
        created_at: Timestamp::from_micros(NOW),
        completed_at: None,
    }
}

/// The same, paid by `pi_1`.
pub(crate) fn paid() -> Purchase {
    Purchase {
        status: PurchaseStatus::Completed,
        payment_intent: Some("pi_1".into()),
        completed_at: Some(Timestamp::from_micros(NOW)),
        ..purchase()
    }
}

/// The page of [`purchase`], as it is while it waits for the buyer.
pub(crate) fn session() -> CheckoutSession {
    CheckoutSession {
        id: "cs_1".into(),
        url: Some("https://pay.example/cs_1".into()),
        payment_intent: None,
        state: SessionState::Open,
        payment: PaymentState::Unpaid,
        amount: Some(999),
        currency: Some("usd".into()),
        reference: Some(reference()),
    }
}

/// The same once it is paid.
pub(crate) fn paid_session() -> CheckoutSession {
    CheckoutSession {
        url: None,
        payment_intent: Some("pi_1".into()),
        state: SessionState::Complete,
        payment: PaymentState::Paid,
        ..session()
    }
}
