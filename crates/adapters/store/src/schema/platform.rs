//! Feature flags, announcements, usage.

diesel::table! {
    feature_flags (id) {
        id -> BigInt,
        flag_name -> Text,
        enabled -> Bool,
        rollout_basis_points -> BigInt,
        target_tiers -> Text,
        target_users -> Text,
        description -> Nullable<Text>,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    announcements (id) {
        id -> BigInt,
        title -> Text,
        body -> Text,
        severity -> Text,
        active_from -> Nullable<BigInt>,
        active_until -> Nullable<BigInt>,
        is_active -> Bool,
        created_by -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// Calls by user, day in UTC (`2026-01-15`) and route.
    usage_days (user_id, day, route) {
        user_id -> Text,
        day -> Text,
        route -> Text,
        count -> BigInt,
    }
}

diesel::table! {
    /// All calls of a user, also those of days that were forgotten.
    usage_totals (user_id) {
        user_id -> Text,
        count -> BigInt,
        first_seen -> BigInt,
        last_seen -> BigInt,
    }
}
