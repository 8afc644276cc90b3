//! The seals over the audit log: what they are made of, and how they are verified.
//!
//! Each row of the log keeps the digest of its own content. A seal covers all rows since the one before it:
//! `SHA-256(previous seal ‖ for each row: number ‖ digest)`. So a changed row no longer fits its digest, and a removed,
//! added or reordered one no longer fits its seal. Whoever can rewrite the rows can also compute the digests and the
//! seals anew: only a seal that is kept elsewhere (`aedile audit head`) shows that.

mod head;
mod verify;

use aedile_kernel::digest::{Digest, FieldDigest};
use aedile_kernel::{AuditEntry, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use head::AuditHead;
pub use verify::{Finding, Verification, VerifyAudit};

/// A seal, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Seal {
    /// Its place in the chain, from 1 on.
    pub id: i64,
    /// The last row it covers.
    pub last_audit_id: i64,
    /// How many rows it covers.
    pub rows_sealed: i64,
    /// How many rows are sealed so far.
    pub rows_total: i64,
    /// The seal itself, in lower-case hexadecimal.
    pub seal: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A row of the log as the chain sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainedRow {
    /// The row's number.
    pub id: i64,
    /// The row's content.
    pub entry: AuditEntry,
    /// The digest stored with it, in lower-case hexadecimal.
    pub digest: String,
}

/// The audit log and its seals, for whoever checks them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait AuditChain: Send {
    /// Up to `limit` rows with numbers above `after`, in order.
    ///
    /// # Errors
    /// If the store fails.
    fn rows_after(&mut self, after: i64, limit: i64) -> Result<Vec<ChainedRow>>;

    /// Up to `limit` seals with places above `after`, in order.
    ///
    /// # Errors
    /// If the store fails.
    fn seals_after(&mut self, after: i64, limit: i64) -> Result<Vec<Seal>>;

    /// The newest seal, `None` before the first.
    ///
    /// # Errors
    /// If the store fails.
    fn newest_seal(&mut self) -> Result<Option<Seal>>;
}

/// The seal before the first.
pub const GENESIS: &str = "";

/// Makes one seal, row by row.
pub struct Sealer(FieldDigest);

impl Sealer {
    /// Begins behind the previous seal, [`GENESIS`] at the start.
    #[must_use]
    pub fn after(previous_seal: &str) -> Self {
        Self(FieldDigest::default().field(previous_seal.as_bytes()))
    }

    /// Adds the next row by its number and stored digest.
    #[must_use]
    pub fn row(self, id: i64, digest: &str) -> Self {
        Self(self.0.field(&id.to_be_bytes()).field(digest.as_bytes()))
    }

    /// The seal.
    #[must_use]
    pub fn finish(self) -> Digest {
        self.0.finish()
    }
}
