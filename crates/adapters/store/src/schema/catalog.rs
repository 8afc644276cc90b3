//! Categories, skills and their versions.

use super::users::users;

diesel::table! {
    /// The names in URLs that categories and skills share.
    slugs (slug) {
        slug -> Text,
        kind -> Text,
    }
}

diesel::table! {
    /// Categories of skills.
    categories (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        description -> Text,
        icon -> Text,
        sample_keywords -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    /// What the marketplace offers.
    skills (id) {
        id -> BigInt,
        slug -> Text,
        name -> Text,
        description -> Text,
        category_id -> BigInt,
        price_cents -> BigInt,
        currency -> Text,
        seller_id -> Nullable<Text>,
        source -> Text,
        registry -> Nullable<Text>,
        external_id -> Nullable<Text>,
        upstream_owner_email -> Nullable<Text>,
        version -> Nullable<Text>,
        is_active -> Bool,
        rating_sum -> BigInt,
        rating_count -> BigInt,
        downloads -> BigInt,
        installs -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
        withdrawn_reason -> Nullable<Text>,
    }
}

diesel::table! {
    /// The packages of skills.
    skill_versions (id) {
        id -> BigInt,
        skill_id -> BigInt,
        version -> Text,
        artifact -> Text,
        sha256 -> Text,
        size_bytes -> BigInt,
        entries -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    /// What searches look through.
    skills_search (rowid) {
        rowid -> BigInt,
        name -> Text,
        keywords -> Text,
        description -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(slugs, categories, skills, skill_versions, skills_search);
diesel::allow_tables_to_appear_in_same_query!(users, skills);
diesel::allow_tables_to_appear_in_same_query!(users, categories);
