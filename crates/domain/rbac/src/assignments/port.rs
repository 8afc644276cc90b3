//! What the rules about assignments need from a store.

use aedile_kernel::{Result, Timestamp, UserId};

use super::model::{Assignment, AssignmentFilter, NewAssignment, Person};
use crate::roles::Role;

/// The assignments, and the little that their rules must know of roles and users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Assignments: Send {
    /// Holds, until the transaction ends, the one lock that every change to roles and assignments takes first. What is
    /// read after it is committed, and nobody else changes it meanwhile.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock_assignments(&mut self) -> Result<()>;

    /// The assignments that pass `filter`, by number.
    ///
    /// # Errors
    /// Only the store's own.
    fn list(&mut self, filter: &AssignmentFilter) -> Result<Vec<Assignment>>;

    /// The user's assignment, expired or not; `None` when they hold no role.
    ///
    /// # Errors
    /// Only the store's own.
    fn find(&mut self, user: &UserId) -> Result<Option<Assignment>>;

    /// The role of this name; `None` when there is none.
    ///
    /// # Errors
    /// Only the store's own.
    fn find_role(&mut self, role_name: &str) -> Result<Option<Role>>;

    /// How many users but `user` hold super-admin without an expiry. Accounts that are on hold, switched off, leaving or
    /// gone do not count; users that never signed in do.
    ///
    /// # Errors
    /// Only the store's own.
    fn count_lasting_super_admins_but(&mut self, user: &UserId) -> Result<u64>;

    /// Stores the user's assignment in place of the one they had; the number of that one is kept.
    ///
    /// # Errors
    /// `NotFound` when there is no such role.
    fn set(&mut self, assignment: &NewAssignment) -> Result<Assignment>;

    /// Takes the user's assignment away, if there is one.
    ///
    /// # Errors
    /// Only the store's own.
    fn delete(&mut self, user: &UserId) -> Result<()>;

    /// The user, whose row is locked until the transaction ends; `None` when unknown.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock_person(&mut self, user: &UserId) -> Result<Option<Person>>;

    /// The users with this e-mail in any case, locked until the transaction ends; addresses need not be unique.
    ///
    /// # Errors
    /// Only the store's own.
    fn lock_people_by_email(&mut self, email: &str) -> Result<Vec<Person>>;

    /// Makes the user an admin, in their local sign-in too if they have one; an unknown user is created.
    ///
    /// # Errors
    /// Only the store's own.
    fn set_admin(&mut self, user: &UserId, now: Timestamp) -> Result<Person>;
}
