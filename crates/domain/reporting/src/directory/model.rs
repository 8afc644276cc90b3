//! What admins see of users.

use aedile_kernel::{AccountStatus, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A user in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectoryEntry {
    /// Their number, which settles ties in the list's order.
    pub number: i64,
    /// Their id.
    pub id: UserId,
    /// Their e-mail address, when known.
    pub email: Option<String>,
    /// Their name, when known.
    pub display_name: Option<String>,
    /// Whether they are an admin of the marketplace.
    pub is_admin: bool,
    /// Whether they accepted the terms for sellers.
    pub is_seller: bool,
    /// Whether they have an account to be paid through.
    pub stripe_connected: bool,
    /// Where they stand.
    pub status: AccountStatus,
    /// When they asked to be deleted.
    pub deletion_requested_at: Option<Timestamp>,
    /// When they will be.
    pub deletion_scheduled_for: Option<Timestamp>,
    /// When they were first seen.
    pub created_at: Timestamp,
}

/// A user, with what else is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UserDetail {
    /// As in the list.
    pub entry: DirectoryEntry,
    /// Whether the identity provider says that the address is theirs.
    pub email_verified: bool,
    /// Whether they are kept from every API.
    pub api_disabled: bool,
    /// Whether they agreed to marketing mail.
    pub marketing_opt_in: bool,
    /// The tier they were given, if one was.
    pub tier: Option<String>,
    /// Their page as a seller.
    pub seller_slug: Option<String>,
    /// The role of the admin area that is assigned to them.
    pub role_name: Option<String>,
    /// What they have to spend.
    pub balances: Balances,
    /// The plan they have.
    pub plan: Option<PlanSummary>,
    /// What looked suspicious of them, the newest first.
    pub abuse_flags: Vec<FlagSummary>,
    /// Which skills they said are theirs, the newest first.
    pub claims: Vec<ClaimSummary>,
    /// What was last done to them.
    pub history: Vec<ActionSummary>,
}

/// What a user has to spend.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Balances {
    /// US dollars in their wallet, in millionths.
    pub micro_usd: i64,
    /// Credits of their plan.
    pub credits: i64,
}

/// A user's plan, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanSummary {
    /// Name of the plan.
    pub tier: String,
    /// When its month ends.
    pub reset_date: Timestamp,
}

/// Something that looked suspicious, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlagSummary {
    /// The flag's number.
    pub id: i64,
    /// What was noticed.
    pub flag_type: String,
    /// Where it stands.
    pub status: String,
    /// When it was raised.
    pub created_at: Timestamp,
}

/// A claim, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimSummary {
    /// The claim's number.
    pub id: i64,
    /// The slug of the skill.
    pub skill_slug: String,
    /// Where it stands.
    pub status: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A row of the audit log, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActionSummary {
    /// The row's number.
    pub id: i64,
    /// Who acted.
    pub actor_id: String,
    /// What was attempted.
    pub action: String,
    /// How it ended.
    pub status: String,
    /// Time of creation.
    pub created_at: Timestamp,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// The e-mail address; users without one come first.
    Email,
    /// When they were first seen.
    #[default]
    CreatedAt,
    /// Whether they are an admin.
    IsAdmin,
    /// Whether they sell.
    IsSeller,
    /// Whether they have an account to be paid through.
    StripeConnected,
}

/// Which way the list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    /// The least first.
    Asc,
    /// The greatest first.
    #[default]
    Desc,
}

/// Which users are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// Part of the e-mail address or the name, as [`text::folded`](aedile_kernel::text::folded) makes it.
    pub part: Option<String>,
    /// Where they stand. `None`: everybody who was not deleted.
    pub status: Option<AccountStatus>,
}
