//! What the rules about wallets need of a store.

use aedile_kernel::{Page, PageRequest, Result, UserId};

use super::model::{LedgerEntry, Wallet};
use crate::ledger::Ledger;

/// The wallets, beside the ledger.
pub trait Wallets: Ledger {
    /// The user's wallet; `None` when the user is unknown or was deleted.
    ///
    /// # Errors
    /// If the store fails.
    fn find_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>>;

    /// The same, held until the transaction ends: what is spent from it is spent one after the other.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>>;

    /// Whom this e-mail address verifiably belongs to, at most two: by the identity provider's word, or because they sign
    /// in with it here.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_email(&mut self, email: &str) -> Result<Vec<UserId>>;

    /// Freezes a wallet, or takes that back.
    ///
    /// # Errors
    /// If the store fails.
    fn set_frozen(&mut self, user: &UserId, is_frozen: bool) -> Result<()>;

    /// Up to `limit` wallets of users whose number is above `after`, by number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_wallets(&mut self, after: i64, limit: u32) -> Result<Vec<Wallet>>;

    /// A part of what changed the user's wallet, the newest first, with its number.
    ///
    /// # Errors
    /// If the store fails.
    fn list_entries(&mut self, user: &UserId, page: &PageRequest) -> Result<Page<LedgerEntry>>;
}

#[cfg(any(test, feature = "mock"))]
mod mock {
    use super::{Ledger, LedgerEntry, Page, PageRequest, Result, UserId, Wallet, Wallets};
    use crate::ledger::{Account, LedgerTransaction, PostedTransaction};

    mockall::mock! {
        pub Wallets {}

        impl Ledger for Wallets {
            fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>>;
            fn balance(&mut self, account: &Account) -> Result<i64>;
        }

        impl Wallets for Wallets {
            fn find_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>>;
            fn lock_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>>;
            fn find_by_email(&mut self, email: &str) -> Result<Vec<UserId>>;
            fn set_frozen(&mut self, user: &UserId, is_frozen: bool) -> Result<()>;
            fn list_wallets(&mut self, after: i64, limit: u32) -> Result<Vec<Wallet>>;
            fn list_entries(&mut self, user: &UserId, page: &PageRequest) -> Result<Page<LedgerEntry>>;
        }
    }
}
#[cfg(any(test, feature = "mock"))]
pub use mock::MockWallets;
