//! What the rules about second factors need of the store.

use aedile_kernel::{PermissionSet, Result, Timestamp, UserId};

use super::app::Seed;
use crate::local_users::LocalAccount;
use crate::passwords::PasswordHash;
use crate::secrets::SecretHash;
use crate::sessions::{Ending, Proof};

/// An authenticator app that somebody put their secret into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownApp {
    /// What its secret is derived from.
    pub seed: Seed,
    /// When its owner entered the first code; `None` while they have not.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the newest code that was used. Codes up to it are refused, so that none is good twice.
    pub last_step: i64,
}

/// Second factors of local users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SecondFactors: Send {
    /// The user's authenticator app; `None` without one.
    ///
    /// # Errors
    /// If the store fails.
    fn find_app(&mut self, user: &UserId) -> Result<Option<KnownApp>>;

    /// What the user signs in with; `None` for users who don't sign in here.
    ///
    /// # Errors
    /// If the store fails.
    fn find_identifier(&mut self, user: &UserId) -> Result<Option<String>>;

    /// The local user with the hash of their password, locked until the transaction ends; `None` for users who
    /// don't sign in here.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_user(&mut self, user: &UserId) -> Result<Option<(LocalAccount, PasswordHash)>>;

    /// What the user's role and the flag `is_admin` permit.
    ///
    /// # Errors
    /// If the store fails.
    fn permissions_of(&mut self, user: &UserId) -> Result<PermissionSet>;

    /// Keeps an app that is not confirmed yet, in the place of another that is not.
    ///
    /// # Errors
    /// If the store fails.
    fn put_app(&mut self, user: &UserId, seed: &Seed, now: Timestamp) -> Result<()>;

    /// Confirms the user's app.
    ///
    /// # Errors
    /// If the store fails.
    fn confirm_app(&mut self, user: &UserId, now: Timestamp) -> Result<()>;

    /// Notes the step of the newest code that was used.
    ///
    /// # Errors
    /// If the store fails.
    fn set_last_step(&mut self, user: &UserId, step: i64) -> Result<()>;

    /// Removes the user's app and recovery codes.
    ///
    /// # Errors
    /// If the store fails.
    fn remove_all(&mut self, user: &UserId) -> Result<()>;

    /// Keeps these recovery codes in the place of all others of the user.
    ///
    /// # Errors
    /// If the store fails.
    fn replace_recovery_codes(&mut self, user: &UserId, codes: &[SecretHash], now: Timestamp) -> Result<()>;

    /// Uses up a recovery code; false when the user has none like it, or used it before.
    ///
    /// # Errors
    /// If the store fails.
    fn use_recovery_code(&mut self, user: &UserId, code: &SecretHash, now: Timestamp) -> Result<bool>;

    /// How many recovery codes the user has not used.
    ///
    /// # Errors
    /// If the store fails.
    fn recovery_codes_left(&mut self, user: &UserId) -> Result<u32>;

    /// Notes on a session, or on the token of a command line, that its user just proved who they are.
    ///
    /// # Errors
    /// If the store fails.
    fn note_proof(&mut self, session: &str, proof: Proof, now: Timestamp) -> Result<()>;

    /// Ends all sessions of the user but `kept`.
    ///
    /// # Errors
    /// If the store fails.
    fn end_sessions(&mut self, user: &UserId, kept: Option<String>, why: Ending, now: Timestamp) -> Result<()>;

    /// Leaves a mail for the user.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_mail(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()>;
}
