//! Users and local sign-ins.

diesel::table! {
    /// Everybody the system knows, whoever vouches for their identity.
    users (number) {
        number -> BigInt,
        id -> Text,
        email -> Nullable<Text>,
        email_verified -> Bool,
        display_name -> Nullable<Text>,
        search_text -> Text,
        is_admin -> Bool,
        status -> Text,
        api_disabled -> Bool,
        tier -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        sort_email -> Text,
        marketing_opt_in -> Bool,
        seller_slug -> Nullable<Text>,
        seller_name -> Nullable<Text>,
        tos_accepted_at -> Nullable<BigInt>,
        stripe_connect_id -> Nullable<Text>,
        deletion_requested_at -> Nullable<BigInt>,
        deletion_scheduled_for -> Nullable<BigInt>,
        is_owner -> Bool,
        credits_frozen -> Bool,
        payments_enabled -> Nullable<Bool>,
        payments_told_at -> Nullable<BigInt>,
        payment_reference -> Nullable<Text>,
    }
}

diesel::table! {
    /// How many users there are in each state; the sum over a state's slots.
    user_counts (status, slot) {
        status -> Text,
        slot -> BigInt,
        users -> BigInt,
    }
}

diesel::table! {
    /// The sign-ins that Aedile keeps itself.
    local_users (user_id) {
        user_id -> Text,
        identifier -> Text,
        identifier_type -> Text,
        role -> Text,
        password_hash -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        sessions_ended_at -> Nullable<BigInt>,
        must_change_password -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, local_users);
