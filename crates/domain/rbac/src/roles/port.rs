//! What the rules about roles need from a store.

use aedile_kernel::{Result, UserId};

use super::model::{NewRole, Role, RoleId};

/// The roles.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Roles: Send {
    /// Holds, until the transaction ends, the one lock that every change to roles and assignments takes first. What is
    /// read after it is committed, and nobody else changes it meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_roles(&mut self) -> Result<()>;

    /// Every role, by number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self) -> Result<Vec<Role>>;

    /// The role of this number; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: RoleId) -> Result<Option<Role>>;

    /// The role of this name; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_name(&mut self, role_name: &str) -> Result<Option<Role>>;

    /// The role that is assigned to `user`, active and unexpired or not; `None` without an assignment.
    ///
    /// # Errors
    /// If the store fails.
    fn find_role_of(&mut self, user: &UserId) -> Result<Option<RoleId>>;

    /// Stores a new role.
    ///
    /// # Errors
    /// `Conflict` when the name is taken.
    fn insert(&mut self, role: &NewRole) -> Result<Role>;

    /// Stores the display name, description, permissions, state, demand of a second factor and time of change of the role of `role.id`.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    fn update(&mut self, role: &Role) -> Result<()>;
}
