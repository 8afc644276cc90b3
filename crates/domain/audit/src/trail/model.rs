//! What a row of the audit trail holds.

use aedile_kernel::{Status, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

aedile_kernel::numeric_id! {
    /// The number of a row of the audit trail; a newer row has a higher one.
    AuditId
}

/// A row of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditRow {
    /// The row's number.
    pub id: AuditId,
    /// Who acted: a user's id, `admin-key`, `console` or `system`.
    pub actor_id: String,
    /// The actor's e-mail, when it was known.
    pub actor_email: Option<String>,
    /// What was attempted, as `noun.verb`.
    pub action: String,
    /// The kind of thing it was done to.
    pub resource_type: String,
    /// Which of them.
    pub resource_id: Option<String>,
    /// The changed fields before, as a JSON object.
    pub old_values: Option<String>,
    /// The changed fields after, as a JSON object.
    pub new_values: Option<String>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's own name for itself.
    pub user_agent: Option<String>,
    /// How it ended.
    pub status: Status,
    /// Circumstances, as a JSON object.
    pub metadata: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// Which rows are wanted; all when nothing is given. Text is compared as it is, case and all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only what this actor did.
    pub actor_id: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only what was done to this kind of thing.
    pub resource_type: Option<String>,
    /// Filters by resource ID.
    pub resource_id: Option<String>,
    /// Filters by result.
    pub status: Option<Status>,
    /// From this instant on.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}
