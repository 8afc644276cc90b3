//! What the rules about assignments need from a store.

use aedile_kernel::{Administrators, Result, Timestamp, UserId};

use super::model::{Assignment, AssignmentFilter, NewAssignment, Person};
use crate::roles::Role;

/// The assignments, and the little that their rules must know of roles and users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Assignments: Send {
    /// Everybody who can administer. Holds, until the transaction ends, the one lock that every change to roles,
    /// assignments and administrators takes first. What is read after it is committed, and nobody
    /// else changes it meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_administrators(&mut self) -> Result<Administrators>;

    /// The assignments that pass `filter`, by number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, filter: &AssignmentFilter) -> Result<Vec<Assignment>>;

    /// The user's assignment, expired or not; `None` when they hold no role.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, user: &UserId) -> Result<Option<Assignment>>;

    /// The role of this name; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_role(&mut self, role_name: &str) -> Result<Option<Role>>;

    /// Stores the user's assignment in place of the one they had; the number of that one is kept.
    ///
    /// # Errors
    /// `NotFound` when there is no such role.
    fn set(&mut self, assignment: &NewAssignment) -> Result<Assignment>;

    /// Takes the user's assignment away, if there is one.
    ///
    /// # Errors
    /// If the store fails.
    fn delete(&mut self, user: &UserId) -> Result<()>;

    /// The user, whose row is locked until the transaction ends; `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_person(&mut self, user: &UserId) -> Result<Option<Person>>;

    /// The users whom this e-mail address verifiably belongs to, locked until the transaction ends, at most two: by the
    /// identity provider's word, or because they sign in with it here. `email` is in lower case.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_people_by_email(&mut self, email: &str) -> Result<Vec<Person>>;

    /// Makes the user an admin, in their local sign-in too if they have one; an unknown user is created.
    ///
    /// # Errors
    /// If the store fails.
    fn set_admin(&mut self, user: &UserId, now: Timestamp) -> Result<Person>;
}
