//! Abuse flags and claims.

use super::catalog::skills;

diesel::table! {
    /// What looks suspicious.
    abuse_flags (id) {
        id -> BigInt,
        flag_type -> Text,
        reference_id -> Text,
        reference_type -> Text,
        subject -> Text,
        details -> Text,
        status -> Text,
        resolved_by -> Nullable<Text>,
        resolved_at -> Nullable<BigInt>,
        resolution_notes -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// Who says a skill is theirs.
    claims (id) {
        id -> BigInt,
        skill_id -> BigInt,
        claimant_id -> Text,
        evidence -> Text,
        status -> Text,
        reason -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(abuse_flags, claims);
diesel::allow_tables_to_appear_in_same_query!(claims, skills);
