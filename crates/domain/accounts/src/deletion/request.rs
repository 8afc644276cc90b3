//! Asks for one's own account to be deleted.

use aedile_kernel::{
    AccountStatus, Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, Result, Timestamp,
    Topic,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::DeletionState;
use super::port::Deletions;
use crate::profile::own;

const DAY: i64 = 86_400_000_000;

/// Asks for the caller's own account to be deleted. Until the grace period ends the account may read, and its owner or an
/// admin may cancel.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDeletion {}

impl Operation for RequestDeletion {
    const NAME: &'static str = "account.request_deletion";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Destructive;
    const HAS_OWN_FORM: bool = true;
    const RESOURCE: &'static str = "user";
    const ADMITS: aedile_kernel::Admits = aedile_kernel::Admits::PendingDeletion;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Deletions;
    type Output = DeletionState;
}

impl Command for RequestDeletion {
    fn run(&self, deletions: &mut Self::Repository, cx: &Context) -> Result<Change<DeletionState>> {
        let id = own(cx)?;
        let admins = deletions.lock_admins()?;
        let before = deletions.lock(id)?.ok_or_else(|| Error::not_found("User"))?;
        match before.status {
            AccountStatus::Active => {}
            AccountStatus::PendingDeletion => return Ok(Change::none().returning(before)),
            AccountStatus::Held | AccountStatus::Deleted => {
                return Err(Error::conflict("only an account in use can be scheduled for deletion"));
            }
        }
        admins.outlive_removal_of(id)?;
        let scheduled = cx.now.as_micros().saturating_add(i64::from(cx.policy.deletion_grace_days) * DAY);
        let after = DeletionState {
            status: AccountStatus::PendingDeletion,
            deletion_requested_at: Some(cx.now),
            deletion_scheduled_for: Some(Timestamp::from_micros(scheduled)),
            ..before.clone()
        };
        deletions.update(&after, cx.now)?;
        let scheduled_for = after.deletion_scheduled_for.unwrap_or(cx.now);
        let told = Event::DeletionRequested { user: id.clone(), scheduled_for };
        let change = Change::of(Self::RESOURCE, id).before(&before).after(&after).invalidate(Topic::Access).emit(told);
        Ok(change.returning(after))
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
