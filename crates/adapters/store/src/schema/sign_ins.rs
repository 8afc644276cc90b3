//! Sign-ins of the command line, and events of the identity provider.

use super::roles::{role_assignments, roles};
use super::users::{local_users, users};

diesel::table! {
    /// Tokens of the command line.
    cli_tokens (id) {
        id -> BigInt,
        user_id -> Text,
        token_hash -> Text,
        token_prefix -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        proved_at -> BigInt,
        has_second_factor -> Bool,
    }
}

diesel::table! {
    /// Sessions of local users.
    sessions (number) {
        number -> BigInt,
        id -> Text,
        user_id -> Text,
        proofs -> Text,
        started_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
        ending -> Nullable<Text>,
        proved_at -> BigInt,
    }
}

diesel::table! {
    /// Admins who act, or acted, as users.
    impersonations (id) {
        id -> BigInt,
        user_id -> Text,
        acted_by -> Text,
        reason -> Text,
        started_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Invitations to become a local user.
    invitations (id) {
        id -> BigInt,
        token_hash -> Text,
        identifier -> Text,
        identifier_type -> Text,
        role -> Text,
        tier -> Nullable<Text>,
        role_name -> Nullable<Text>,
        invited_by -> Nullable<Text>,
        is_mailed -> Bool,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        user_id -> Nullable<Text>,
    }
}

diesel::table! {
    /// A view: sessions and command lines that nobody ended.
    live_sessions (number) {
        number -> BigInt,
        id -> Text,
        user_id -> Text,
        kind -> Text,
        proofs -> Text,
        started_at -> BigInt,
        last_seen_at -> Nullable<BigInt>,
        expires_at -> BigInt,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    /// Links to choose a new password with.
    password_links (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Codes that a browser hands to the command line.
    cli_sign_ins (code_hash) {
        code_hash -> Text,
        user_id -> Text,
        code_challenge -> Text,
        redirect_uri -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
        proved_at -> BigInt,
        has_second_factor -> Bool,
    }
}

diesel::table! {
    /// Authenticator apps of local users.
    authenticator_apps (user_id) {
        user_id -> Text,
        seed -> Text,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        last_step -> BigInt,
    }
}

diesel::table! {
    /// Codes for when an authenticator app is lost.
    recovery_codes (code_hash) {
        code_hash -> Text,
        user_id -> Text,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    /// Events of the identity provider that were taken.
    provider_events (id) {
        id -> Text,
        event_type -> Text,
        received_at -> BigInt,
    }
}

diesel::table! {
    /// Of when the newest is that the provider told of a user.
    provider_users (user_id) {
        user_id -> Text,
        told_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(cli_sign_ins, users);
diesel::allow_tables_to_appear_in_same_query!(authenticator_apps, users);
diesel::allow_tables_to_appear_in_same_query!(authenticator_apps, local_users);
diesel::allow_tables_to_appear_in_same_query!(authenticator_apps, roles);
diesel::allow_tables_to_appear_in_same_query!(authenticator_apps, role_assignments);

diesel::table! {
    /// Keys of programs.
    api_keys (id) {
        id -> BigInt,
        name -> Text,
        key_hash -> Text,
        key_prefix -> Text,
        owner_id -> Text,
        scopes -> Text,
        expires_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        created_by -> Text,
        created_at -> BigInt,
        description -> Nullable<Text>,
        allowed_networks -> Text,
        requests_per_minute -> Nullable<BigInt>,
        disabled -> Bool,
        last_used_ip -> Nullable<Text>,
        rotated_from -> Nullable<BigInt>,
        replaced_by -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(api_keys, users);
