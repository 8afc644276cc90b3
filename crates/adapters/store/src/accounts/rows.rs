//! Rows as stored, and their reading.

use aedile_accounts::deletion::{DeletionState, PendingDeletion};
use aedile_accounts::local_users::LocalAccount;
use aedile_accounts::{IdentifierType, LocalRole, LocalUser, PasswordHash, User};
use aedile_kernel::{Error, Result, Timestamp, text};
use aedile_reporting::directory::DirectoryEntry;
use diesel::prelude::*;

use crate::connection::Backend;
use crate::error::inconsistent;
use crate::read;
use crate::schema::users::{local_users, users};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
pub(super) struct UserRow {
    id: String,
    email: Option<String>,
    email_verified: bool,
    display_name: Option<String>,
    is_admin: bool,
    status: String,
    api_disabled: bool,
    tier: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self> {
        Ok(Self {
            id: read::user_id("users", "id", &row.id)?,
            email: row.email,
            email_verified: row.email_verified,
            display_name: row.display_name,
            is_admin: row.is_admin,
            status: read::account_status(&row.status)?,
            api_disabled: row.api_disabled,
            tier: row.tier,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

/// How a user stands, as lists and profiles show it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
pub(crate) struct StandingRow {
    pub(crate) number: i64,
    id: String,
    email: Option<String>,
    display_name: Option<String>,
    is_admin: bool,
    tos_accepted_at: Option<i64>,
    stripe_connect_id: Option<String>,
    status: String,
    deletion_requested_at: Option<i64>,
    deletion_scheduled_for: Option<i64>,
    created_at: i64,
}

impl StandingRow {
    pub(crate) fn entry(self) -> Result<DirectoryEntry> {
        Ok(DirectoryEntry {
            number: self.number,
            id: read::user_id("users", "id", &self.id)?,
            email: self.email,
            display_name: self.display_name,
            is_admin: self.is_admin,
            is_seller: self.tos_accepted_at.is_some(),
            stripe_connected: self.stripe_connect_id.is_some(),
            status: read::account_status(&self.status)?,
            deletion_requested_at: self.deletion_requested_at.map(Timestamp::from_micros),
            deletion_scheduled_for: self.deletion_scheduled_for.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(self.created_at),
        })
    }

    pub(crate) fn pending(self) -> Result<PendingDeletion> {
        let entry = self.entry()?;
        let leaving = DeletionState {
            user_id: entry.id,
            status: entry.status,
            deletion_requested_at: entry.deletion_requested_at,
            deletion_scheduled_for: entry.deletion_scheduled_for,
        };
        Ok(PendingDeletion { number: entry.number, leaving, email: entry.email, display_name: entry.display_name })
    }
}

/// What a local user has beside what all users have.
#[derive(Queryable, Selectable)]
#[diesel(table_name = local_users, check_for_backend(Backend))]
pub(super) struct LocalRow {
    user_id: String,
    identifier: String,
    identifier_type: String,
    role: String,
    must_change_password: bool,
    pub(super) created_at: i64,
    updated_at: i64,
}

/// What all users have, as far as local users show it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
pub(super) struct AccountRow {
    pub(super) number: i64,
    api_disabled: bool,
    tier: Option<String>,
}

impl LocalRow {
    pub(super) fn account(self, rest: AccountRow) -> Result<LocalAccount> {
        let user = LocalUser {
            id: read::user_id("local_users", "user_id", &self.user_id)?,
            identifier_type: IdentifierType::parse(&self.identifier_type)
                .map_err(|error| inconsistent("local_users", "identifier_type", error))?,
            identifier: self.identifier,
            role: LocalRole::User,
            tier: String::new(),
            api_disabled: rest.api_disabled,
            must_change_password: self.must_change_password,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        };
        let role = read::local_role(&self.role)?;
        Ok(LocalAccount { user, explicit_tier: None }.with(role, rest.tier))
    }
}

pub(super) fn read_hash(text: &str) -> Result<PasswordHash> {
    PasswordHash::parse(text).map_err(|error| inconsistent("local_users", "password_hash", error))
}

/// What searches look through: address and name, folded here, since the databases fold differently.
pub(super) fn search_text(email: Option<&str>, display_name: Option<&str>) -> String {
    let parts: Vec<&str> = [email, display_name].into_iter().flatten().collect();
    text::folded(&parts.join(" "))
}
