//! Tiers, scopes and endpoint overrides.

diesel::table! {
    /// Classes of callers, in one order.
    tiers (id) {
        id -> BigInt,
        tier_name -> Text,
        order_rank -> BigInt,
        rate_limit -> BigInt,
        display_name -> Text,
        description -> Text,
        features -> Text,
        is_active -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// Named uses of an API.
    scopes (id) {
        id -> BigInt,
        scope_name -> Text,
        display_name -> Text,
        description -> Text,
        required_tier -> Text,
        is_active -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// What paths ask of callers.
    endpoint_overrides (id) {
        id -> BigInt,
        path_pattern -> Text,
        method -> Text,
        required_tier -> Nullable<Text>,
        required_scopes -> Nullable<Text>,
        is_public -> Bool,
        is_active -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        case_sensitive -> Bool,
    }
}
