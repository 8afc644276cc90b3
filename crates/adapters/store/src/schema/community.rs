//! Reviews and installations.

use super::catalog::skills;

diesel::table! {
    /// What users say of skills.
    reviews (id) {
        id -> BigInt,
        skill_id -> BigInt,
        user_id -> Text,
        rating -> BigInt,
        title -> Nullable<Text>,
        body -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        removed_at -> Nullable<BigInt>,
        removed_reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// Where skills run.
    installations (id) {
        id -> BigInt,
        skill_id -> BigInt,
        user_id -> Nullable<Text>,
        version -> Nullable<Text>,
        source -> Nullable<Text>,
        client -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(reviews, installations);
diesel::allow_tables_to_appear_in_same_query!(reviews, skills);
