//! The runner's own tables.

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    audit_log (id) {
        id -> BigInt,
        actor_id -> Text,
        actor_email -> Nullable<Text>,
        action -> Text,
        resource_type -> Text,
        resource_id -> Nullable<Text>,
        old_values -> Nullable<Text>,
        new_values -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        status -> Text,
        metadata -> Nullable<Text>,
        created_at -> BigInt,
        digest -> Text,
    }
}

diesel::table! {
    /// Where the attempts of the audit log came from.
    audit_origins (audit_id) {
        audit_id -> BigInt,
        user_id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit_seals (id) {
        id -> BigInt,
        last_audit_id -> BigInt,
        rows_sealed -> BigInt,
        rows_total -> BigInt,
        seal -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        topic -> Text,
        payload -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    idempotency_replies (actor_id, operation, key) {
        actor_id -> Text,
        operation -> Text,
        key -> Text,
        fingerprint -> Text,
        reply -> Text,
        created_at -> BigInt,
    }
}
