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
    }
}

diesel::allow_tables_to_appear_in_same_query!(users, local_users);
