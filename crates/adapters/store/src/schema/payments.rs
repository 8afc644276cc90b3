//! Purchases, licences, refunds and disputes.

use super::catalog::skills;

diesel::table! {
    /// Purchases of skills.
    purchases (id) {
        id -> BigInt,
        buyer_id -> Text,
        skill_id -> BigInt,
        seller_id -> Text,
        amount_cents -> BigInt,
        fee_cents -> BigInt,
        refunded_cents -> BigInt,
        status -> Text,
        session_id -> Nullable<Text>,
        checkout_url -> Nullable<Text>,
        payment_intent -> Nullable<Text>,
        created_at -> BigInt,
        completed_at -> Nullable<BigInt>,
        reference -> Nullable<Text>,
        checkout -> Text,
        asked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Who may use which skill.
    licences (id) {
        id -> BigInt,
        purchase_id -> BigInt,
        user_id -> Text,
        skill_id -> BigInt,
        created_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Refunds of purchases.
    refunds (id) {
        id -> BigInt,
        reference -> Text,
        purchase_id -> BigInt,
        ordinal -> BigInt,
        amount_cents -> BigInt,
        status -> Text,
        provider_id -> Nullable<Text>,
        by_dispute -> Bool,
        unanswered -> BigInt,
        asked_at -> Nullable<BigInt>,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Payments that buyers' banks dispute.
    disputes (id) {
        id -> BigInt,
        purchase_id -> BigInt,
        provider_id -> Text,
        amount_cents -> BigInt,
        reason -> Text,
        status -> Text,
        due_by -> Nullable<BigInt>,
        told_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Events of the payment provider that were taken.
    payment_events (id) {
        id -> Text,
        received_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(purchases, skills);
diesel::allow_tables_to_appear_in_same_query!(purchases, refunds);
