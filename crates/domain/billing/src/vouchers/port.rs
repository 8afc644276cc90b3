//! What the rules about vouchers need of a store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::code::CodeHash;
use super::mint::NewVoucher;
use super::model::{Voucher, VoucherId};
use crate::ledger::{Ledger, TransactionId};
use crate::wallets::Wallet;

/// The vouchers, beside the ledger.
pub trait Vouchers: Ledger {
    /// The user's wallet, held until the transaction ends; `None` when the user is unknown or was deleted.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>>;

    /// Adds vouchers that differ in nothing but their codes.
    ///
    /// # Errors
    /// `Conflict` when a voucher has one of the codes.
    fn insert(&mut self, like: &Voucher, vouchers: &[NewVoucher]) -> Result<Vec<VoucherId>>;

    /// A part of the vouchers, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<Voucher>>;

    /// The voucher, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: VoucherId) -> Result<Option<Voucher>>;

    /// The voucher of a code, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_by_code(&mut self, code: &CodeHash) -> Result<Option<Voucher>>;

    /// Whether the user has used the voucher.
    ///
    /// # Errors
    /// If the store fails.
    fn is_used_by(&mut self, id: VoucherId, user: &UserId) -> Result<bool>;

    /// Counts one use by the user, with its transaction.
    ///
    /// # Errors
    /// `Conflict` when the voucher is used up, or the user has used it.
    fn use_up(&mut self, id: VoucherId, user: &UserId, transaction: TransactionId, now: Timestamp) -> Result<()>;

    /// Ends the voucher for good.
    ///
    /// # Errors
    /// If the store fails.
    fn set_withdrawn(&mut self, id: VoucherId, now: Timestamp) -> Result<()>;
}

#[cfg(any(test, feature = "mock"))]
mod mock {
    use super::{
        CodeHash, Ledger, NewVoucher, Page, PageRequest, Result, Timestamp, TransactionId, UserId, Voucher, VoucherId,
        Vouchers, Wallet,
    };
    use crate::ledger::{Account, LedgerTransaction, PostedTransaction};

    mockall::mock! {
        pub Vouchers {}

        impl Ledger for Vouchers {
            fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>>;
            fn balance(&mut self, account: &Account) -> Result<i64>;
        }

        impl Vouchers for Vouchers {
            fn lock_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>>;
            fn insert(&mut self, like: &Voucher, vouchers: &[NewVoucher]) -> Result<Vec<VoucherId>>;
            fn list(&mut self, page: &PageRequest) -> Result<Page<Voucher>>;
            fn lock(&mut self, id: VoucherId) -> Result<Option<Voucher>>;
            fn lock_by_code(&mut self, code: &CodeHash) -> Result<Option<Voucher>>;
            fn is_used_by(&mut self, id: VoucherId, user: &UserId) -> Result<bool>;
            fn use_up(&mut self, id: VoucherId, user: &UserId, transaction: TransactionId, now: Timestamp) -> Result<()>;
            fn set_withdrawn(&mut self, id: VoucherId, now: Timestamp) -> Result<()>;
        }
    }
}
#[cfg(any(test, feature = "mock"))]
pub use mock::MockVouchers;
