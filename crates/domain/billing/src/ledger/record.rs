//! Transactions as they stand in the ledger.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{AccountKind, Source, TransactionId, Unit};

/// A ledger transaction as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TransactionRecord {
    /// Its number.
    pub id: TransactionId,
    /// Business reason of the transaction.
    pub source: Source,
    /// What somebody said about it.
    pub note: Option<String>,
    /// What it is the only transaction for, such as the use of a voucher.
    pub reference: Option<String>,
    /// Who caused it, as in the audit log.
    pub actor_id: String,
    /// The API key it came by.
    pub api_key_id: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Its lines, which sum to zero.
    pub lines: Vec<EntryRecord>,
}

/// A line as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryRecord {
    /// What its account is for.
    pub account: AccountKind,
    /// Whose the account is; the platform's own have no owner.
    pub owner: Option<UserId>,
    /// What the account counts.
    pub unit: Unit,
    /// What was added to it, in its unit; negative was taken away.
    pub amount: i64,
    /// Its balance after it. The platform has several accounts of each kind, and this is one's.
    pub balance_after: i64,
}
