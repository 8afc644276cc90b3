//! What a wallet is.

use aedile_kernel::{MicroUsd, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::{Account, PostedTransaction, Source, TransactionId, Unit};

/// A user with their wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wallet {
    /// The user's number.
    pub number: i64,
    /// Whose it is.
    pub user_id: UserId,
    /// Their e-mail address, when known.
    pub email: Option<String>,
    /// Their name, when known.
    pub name: Option<String>,
    /// What is in it.
    pub balance: MicroUsd,
    /// Whether nothing may be spent from it, and no voucher put into it.
    pub is_frozen: bool,
    /// Whether the user is an admin.
    pub is_admin: bool,
    /// Whether the user is an owner.
    pub is_owner: bool,
    /// When the user was first seen.
    pub created_at: Timestamp,
}

impl Wallet {
    /// Where a user's dollars are counted.
    #[must_use]
    pub fn account(user: &UserId) -> Account {
        Account::of(user, Unit::MicroUsd)
    }
}

/// A change of a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerEntry {
    /// The transaction's number.
    pub id: TransactionId,
    /// What was added; negative was taken away.
    pub amount: MicroUsd,
    /// What was in the wallet after it.
    pub balance_after: MicroUsd,
    /// Business reason of the transaction.
    pub source: Source,
    /// What somebody said about it.
    pub note: Option<String>,
    /// The API key it came by.
    pub api_key_id: Option<String>,
    /// Who caused it.
    pub actor_id: String,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// What an operation did to a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WalletChange {
    /// The entry of the ledger.
    pub ledger_entry: TransactionId,
    /// What is in the wallet now.
    pub balance_after: MicroUsd,
}

impl From<PostedTransaction> for WalletChange {
    fn from(posted: PostedTransaction) -> Self {
        Self { ledger_entry: posted.id, balance_after: MicroUsd(posted.balance_after) }
    }
}

/// A wallet with one dollar in it, for tests of rules.
#[cfg(test)]
pub(crate) fn sample() -> Wallet {
    Wallet {
        number: 1,
        user_id: UserId::parse("user_a").unwrap(),
        email: None,
        name: None,
        balance: MicroUsd(1_000_000),
        is_frozen: false,
        is_admin: false,
        is_owner: false,
        created_at: Timestamp::from_micros(0),
    }
}
