//! Roles and who holds them.

use super::users::{local_users, users};

diesel::table! {
    /// Named sets of permissions.
    roles (id) {
        id -> BigInt,
        role_name -> Text,
        display_name -> Text,
        description -> Nullable<Text>,
        permissions -> Text,
        is_active -> Bool,
        is_built_in -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        requires_second_factor -> Bool,
    }
}

diesel::table! {
    /// Who holds which role, at most one each. The user need not be known yet.
    role_assignments (id) {
        id -> BigInt,
        user_id -> Text,
        role_id -> BigInt,
        assigned_by -> Text,
        assigned_at -> BigInt,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(role_assignments -> roles (role_id));
diesel::allow_tables_to_appear_in_same_query!(roles, role_assignments);
diesel::allow_tables_to_appear_in_same_query!(roles, users);
diesel::allow_tables_to_appear_in_same_query!(roles, local_users);
diesel::allow_tables_to_appear_in_same_query!(role_assignments, users);
diesel::allow_tables_to_appear_in_same_query!(role_assignments, local_users);
