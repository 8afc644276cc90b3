//! Text columns as the types they stand for.

use aedile_kernel::{AccountStatus, LocalRole, Result, UserId};

use crate::error::inconsistent;

pub(crate) fn account_status(text: &str) -> Result<AccountStatus> {
    AccountStatus::parse(text).map_err(|error| inconsistent("users", "status", error))
}

pub(crate) fn local_role(text: &str) -> Result<LocalRole> {
    LocalRole::parse(text).map_err(|error| inconsistent("local_users", "role", error))
}

pub(crate) fn user_id(table: &'static str, column: &'static str, text: &str) -> Result<UserId> {
    UserId::parse(text).map_err(|error| inconsistent(table, column, error))
}
