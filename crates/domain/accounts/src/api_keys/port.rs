//! What the rules about API keys need of the store.

use aedile_kernel::{Page, PageRequest, Permission, Result, Timestamp, UserId};

use super::mint::NewApiKey;
use super::model::{ApiKey, ApiKeyId, KeyOwner};
use crate::secrets::SecretHash;

/// The API keys.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait ApiKeys: Send {
    /// What is known of the user, whose row is locked until the transaction ends; `None` when unknown or deleted.
    ///
    /// # Errors
    /// If the store fails.
    fn find_owner(&mut self, user: &UserId) -> Result<Option<KeyOwner>>;

    /// Whom this e-mail address verifiably belongs to, at most two, locked until the transaction ends: by the identity
    /// provider's word, or because they sign in with it here.
    ///
    /// # Errors
    /// If the store fails.
    fn find_owners_by_email(&mut self, email: &str) -> Result<Vec<KeyOwner>>;

    /// Adds a key.
    ///
    /// # Errors
    /// If the store fails.
    #[expect(clippy::too_many_arguments, reason = "what a key is made of")]
    fn insert(
        &mut self,
        name: &str,
        key: &NewApiKey,
        owner: &UserId,
        scopes: &[Permission],
        expires_at: Option<Timestamp>,
        created_by: &str,
        now: Timestamp,
    ) -> Result<ApiKey>;

    /// A part of the keys, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<ApiKey>>;

    /// The key, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>>;

    /// The key with this hash; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_hash(&mut self, hash: &SecretHash) -> Result<Option<ApiKey>>;

    /// Ends a key for good.
    ///
    /// # Errors
    /// If the store fails.
    fn set_revoked(&mut self, id: ApiKeyId, now: Timestamp) -> Result<()>;

    /// Notes that a key was used. A later use that is noted already stays.
    ///
    /// # Errors
    /// If the store fails.
    fn set_used(&mut self, id: ApiKeyId, now: Timestamp) -> Result<()>;
}
