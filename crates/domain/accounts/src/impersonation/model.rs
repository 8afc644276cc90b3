//! An impersonation, and the two people in it.

use std::fmt;

use aedile_kernel::{AccountState, PermissionSet, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

aedile_kernel::numeric_id! {
    /// Number of an impersonation.
    ImpersonationId
}

/// An admin who acts, or acted, as a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Impersonation {
    /// Number of the impersonation.
    pub id: ImpersonationId,
    /// ID of the user.
    pub user_id: UserId,
    /// ID of the admin.
    pub acted_by: UserId,
    /// Reason that the admin gave.
    pub reason: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When somebody ended it before that.
    pub ended_at: Option<Timestamp>,
}

impl Impersonation {
    /// Whether it goes on at `now`, by its own row.
    #[must_use]
    pub fn goes_on(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

/// An impersonation that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImpersonation {
    /// ID of the user.
    pub user_id: UserId,
    /// ID of the admin.
    pub acted_by: UserId,
    /// Reason that the admin gave.
    pub reason: String,
    /// When it begins.
    pub started_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// What decides whether somebody may act as another, or be acted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// The state of the account.
    pub state: AccountState,
    /// What the flag `is_admin`, and the role as it counts now, permit.
    pub permissions: PermissionSet,
    /// Whether the user has that flag, a role whether it counts now or not, or a local sign-in with the role or tier admin.
    pub is_admin: bool,
}

/// An impersonation with its token, which is shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StartedImpersonation {
    /// Token that acts as the user: a Bearer token of `/v1`, `/api/v1` and the gateway.
    pub token: String,
    /// The impersonation.
    pub impersonation: Impersonation,
}

impl fmt::Debug for StartedImpersonation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartedImpersonation").field("impersonation", &self.impersonation).finish_non_exhaustive()
    }
}
