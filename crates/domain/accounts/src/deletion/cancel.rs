//! Takes the wish to be deleted back.

use aedile_kernel::{
    AccountStatus, Admits, Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic,
    UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{DeletionState, Standing};
use super::port::Deletions;
use crate::profile::own;

const ACTION: &str = "account.cancel_deletion";

/// Cancels the deletion of a user's account on their behalf.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelDeletion {
    /// ID of the user.
    pub user_id: UserId,
}

/// Cancels the deletion of the caller's own account.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelOwnDeletion {}

impl Operation for CancelDeletion {
    const NAME: &'static str = ACTION;
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Deletions;
    type Output = Standing;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for CancelDeletion {
    fn run(&self, deletions: &mut Self::Repository, cx: &Context) -> Result<Change<Standing>> {
        cancel(deletions, &self.user_id, cx)
    }
}

impl Operation for CancelOwnDeletion {
    const NAME: &'static str = "account.cancel_own_deletion";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const HAS_OWN_FORM: bool = true;
    const RESOURCE: &'static str = "user";
    const ADMITS: Admits = Admits::PendingDeletion;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Deletions;
    type Output = Standing;
}

impl Command for CancelOwnDeletion {
    fn run(&self, deletions: &mut Self::Repository, cx: &Context) -> Result<Change<Standing>> {
        cancel(deletions, own(cx)?, cx)
    }
}

fn cancel(deletions: &mut dyn Deletions, id: &UserId, cx: &Context) -> Result<Change<Standing>> {
    deletions.lock_admins()?;
    let before = deletions.lock(id)?.ok_or_else(|| Error::not_found("User"))?;
    if before.status != AccountStatus::PendingDeletion {
        return Err(Error::conflict("no deletion of this account is pending"));
    }
    let after = DeletionState {
        status: AccountStatus::Active,
        deletion_requested_at: None,
        deletion_scheduled_for: None,
        ..before.clone()
    };
    deletions.update(&after, cx.now)?;
    let standing = Standing { status: after.status, user_id: id.clone() };
    let change = Change::of(CancelDeletion::RESOURCE, id).before(&before).after(&after).as_action(ACTION);
    Ok(change.invalidate(Topic::Access).returning(standing))
}
