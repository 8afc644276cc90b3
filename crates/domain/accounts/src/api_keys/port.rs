//! What the rules about API keys need of the store.

use std::net::IpAddr;

use aedile_kernel::{Page, PageRequest, Permission, Result, Rights, Timestamp, UserId};

use super::mint::NewApiKey;
use super::model::{ApiKey, ApiKeyId, KeyOwner};
use super::network::Network;
use crate::secrets::SecretHash;

/// What a new key is made of, beside its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTerms {
    /// Display name.
    pub name: String,
    /// What people noted on what it is for.
    pub description: Option<String>,
    /// For whom it acts.
    pub owner_id: UserId,
    /// What it may do, as far as its owner may.
    pub scopes: Vec<Permission>,
    /// Networks that it may be used from; empty for anywhere.
    pub allowed_networks: Vec<Network>,
    /// Limit of requests a minute for this key alone.
    pub requests_per_minute: Option<u32>,
    /// Expiry; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// The key that it replaces.
    pub rotated_from: Option<ApiKeyId>,
}

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
    fn insert(&mut self, secret: &NewApiKey, terms: &KeyTerms, created_by: &str, now: Timestamp) -> Result<ApiKey>;

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

    /// What a key may do at `now` by its scopes and its owner's rights, and the state of its owner's account; `None` when
    /// the owner is unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find_key_rights(&mut self, key: &ApiKey, now: Timestamp) -> Result<Option<Rights>>;

    /// Writes what can be updated of a key: name, description, networks, limit, and whether it is disabled.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, key: &ApiKey) -> Result<()>;

    /// Notes that `by` replaced a key, which expires at `expires_at`.
    ///
    /// # Errors
    /// If the store fails.
    fn set_replaced(&mut self, id: ApiKeyId, by: ApiKeyId, expires_at: Timestamp) -> Result<()>;

    /// Ends a key for good.
    ///
    /// # Errors
    /// If the store fails.
    fn set_revoked(&mut self, id: ApiKeyId, now: Timestamp) -> Result<()>;

    /// Notes that a key was used, and from which address. A later use that is noted already stays.
    ///
    /// # Errors
    /// If the store fails.
    fn set_used(&mut self, id: ApiKeyId, address: Option<IpAddr>, now: Timestamp) -> Result<()>;
}
