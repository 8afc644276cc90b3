//! Mail on its way out.

use super::users::users;

diesel::table! {
    /// E-mail campaigns to everybody who agreed to marketing.
    campaigns (id) {
        id -> BigInt,
        subject -> Text,
        html -> Text,
        body -> Text,
        created_by -> Text,
        created_at -> BigInt,
        removed_sent -> BigInt,
        removed_suppressed -> BigInt,
    }
}

diesel::table! {
    /// Mail on its way out.
    mails (id) {
        id -> BigInt,
        campaign_id -> Nullable<BigInt>,
        user_id -> Nullable<Text>,
        address -> Nullable<Text>,
        subject -> Text,
        body -> Text,
        status -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
        html -> Nullable<Text>,
        lease_owner -> Nullable<Text>,
        troubled_since -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(mails, campaigns, users);
