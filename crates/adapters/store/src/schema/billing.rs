//! The ledger, plans and vouchers.

use super::users::users;

diesel::table! {
    /// The accounts of the ledger.
    ledger_accounts (id) {
        id -> BigInt,
        kind -> Text,
        unit -> Text,
        owner -> Text,
        slot -> BigInt,
        balance -> BigInt,
    }
}

diesel::table! {
    /// What was posted.
    ledger_postings (id) {
        id -> BigInt,
        source -> Text,
        note -> Nullable<Text>,
        reference -> Nullable<Text>,
        actor_id -> Text,
        api_key_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// The lines of postings.
    ledger_lines (id) {
        id -> BigInt,
        posting_id -> BigInt,
        account_id -> BigInt,
        amount -> BigInt,
        balance_after -> BigInt,
    }
}

diesel::table! {
    /// The plans there are.
    plan_tiers (name) {
        name -> Text,
        allotment -> BigInt,
        monthly_credits -> BigInt,
    }
}

diesel::table! {
    /// The plans that users have.
    user_plans (user_id) {
        user_id -> Text,
        tier -> Text,
        started_at -> BigInt,
        reset_date -> BigInt,
    }
}

diesel::table! {
    /// Vouchers, without their codes.
    vouchers (id) {
        id -> BigInt,
        code_hash -> Text,
        code_hint -> Text,
        amount -> BigInt,
        max_uses -> BigInt,
        uses -> BigInt,
        expires_at -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
        created_by -> Text,
        api_key_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Who used which voucher.
    voucher_uses (voucher_id, user_id) {
        voucher_id -> BigInt,
        user_id -> Text,
        posting_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    ledger_accounts,
    ledger_postings,
    ledger_lines,
    plan_tiers,
    user_plans,
    vouchers,
    voucher_uses,
);
