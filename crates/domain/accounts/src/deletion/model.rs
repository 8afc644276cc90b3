//! Accounts about to be deleted.

use aedile_kernel::{AccountStatus, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far an account's deletion has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeletionState {
    /// ID of the user.
    pub user_id: UserId,
    /// Where the account stands.
    pub status: AccountStatus,
    /// When they asked to be deleted.
    pub deletion_requested_at: Option<Timestamp>,
    /// When they will be.
    pub deletion_scheduled_for: Option<Timestamp>,
}

/// An account about to be deleted, in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PendingDeletion {
    /// Its row's number.
    pub number: i64,
    /// How far it has come.
    pub leaving: DeletionState,
    /// The user's e-mail address, when known.
    pub email: Option<String>,
    /// The user's name, when known.
    pub display_name: Option<String>,
}

/// Where an account stands, after a deletion was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// Where it stands.
    pub status: AccountStatus,
    /// Whose it is.
    pub user_id: UserId,
}
