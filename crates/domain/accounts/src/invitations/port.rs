//! What the rules about invitations need of the store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{Invitation, InvitationId, NewInvitation};
use super::offer::{Inviter, OfferedRole};
use crate::local_users::{Identifier, LocalAccount};
use crate::passwords::PasswordHash;
use crate::secrets::SecretHash;

/// Invitations, and what they make of whom they are for.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Invitations: Send {
    /// Whether somebody signs in with this identifier.
    ///
    /// # Errors
    /// If the store fails.
    fn is_taken(&mut self, identifier: &Identifier) -> Result<bool>;

    /// Whether there is such a tier. One that there is can't be deleted until the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn tier_exists(&mut self, tier: &str) -> Result<bool>;

    /// The role of this name; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_role(&mut self, role_name: &str) -> Result<Option<OfferedRole>>;

    /// Who invited, as they are at `now`; `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find_inviter(&mut self, user: &UserId, now: Timestamp) -> Result<Option<Inviter>>;

    /// Invitations, the newest first; with `open_at` only those whose link is good at that time.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest, open_at: Option<Timestamp>) -> Result<Page<Invitation>>;

    /// The invitation of this number, locked until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: InvitationId) -> Result<Option<Invitation>>;

    /// The invitation with this link, locked until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_by_token(&mut self, token_hash: &SecretHash) -> Result<Option<Invitation>>;

    /// The invitation with this link; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_token(&mut self, token_hash: &SecretHash) -> Result<Option<Invitation>>;

    /// The invitation for this identifier that nobody accepted or revoked, expired or not; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_unanswered(&mut self, identifier: &Identifier) -> Result<Option<Invitation>>;

    /// Adds an invitation.
    ///
    /// # Errors
    /// `Conflict` when one for the same identifier is unanswered by now.
    fn insert(&mut self, new: &NewInvitation) -> Result<Invitation>;

    /// Writes who invites, until when the link is good and whether it is mailed, and replaces the link.
    ///
    /// # Errors
    /// If the store fails.
    fn renew(&mut self, invitation: &Invitation, token_hash: &SecretHash) -> Result<()>;

    /// Writes when the invitation ended, and who accepted it.
    ///
    /// # Errors
    /// If the store fails.
    fn end(&mut self, invitation: &Invitation) -> Result<()>;

    /// Adds a user.
    ///
    /// # Errors
    /// `Conflict` when the identifier is taken by now.
    fn insert_user(&mut self, account: &LocalAccount, password: &PasswordHash) -> Result<()>;

    /// Assigns the role of this name to a user who has none.
    ///
    /// # Errors
    /// `NotFound` when there is no such role.
    fn assign_role(&mut self, user: &UserId, role_name: &str, assigned_by: &str, now: Timestamp) -> Result<()>;

    /// Leaves a mail for somebody who is no user yet.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_mail(&mut self, address: &str, subject: &str, text: &str, now: Timestamp) -> Result<()>;
}
