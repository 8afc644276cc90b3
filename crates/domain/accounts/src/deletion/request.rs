//! Asks for one's own account to be deleted.

use aedile_kernel::{
    AccountStatus, Change, Command, Context, Effect, Error, Event, Operation, Permission, Result, Timestamp, Topic,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Leaving;
use super::port::Deletions;
use crate::profile::own;

/// How many days there are to think it over, unless the server is told otherwise.
pub const DEFAULT_GRACE_DAYS: u16 = 30;
const DAY: i64 = 86_400_000_000;

/// Asks for the caller's own account to be deleted. Until the grace period ends the account may read, and its owner or an
/// admin may cancel.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestDeletion {
    /// How many days there are to think it over; the server's to say, never the caller's.
    #[serde(skip, default = "default_grace_days")]
    pub grace_days: u16,
}

const fn default_grace_days() -> u16 {
    DEFAULT_GRACE_DAYS
}

impl Operation for RequestDeletion {
    const NAME: &'static str = "account.request_deletion";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "user";
    const ADMITS: aedile_kernel::Admits = aedile_kernel::Admits::PendingDeletion;
    type Repository = dyn Deletions;
    type Output = Leaving;
}

impl Command for RequestDeletion {
    fn run(&self, deletions: &mut Self::Repository, cx: &Context) -> Result<Change<Leaving>> {
        let id = own(cx)?;
        let admins = deletions.lock_admins()?;
        let before = deletions.lock(id)?.ok_or_else(|| Error::not_found("User"))?;
        if before.status == AccountStatus::PendingDeletion {
            return Ok(Change::none().returning(before));
        }
        admins.outlive_removal_of(id)?;
        let scheduled = cx.now.as_micros().saturating_add(i64::from(self.grace_days) * DAY);
        let after = Leaving {
            status: AccountStatus::PendingDeletion,
            deletion_requested_at: Some(cx.now),
            deletion_scheduled_for: Some(Timestamp::from_micros(scheduled)),
            ..before.clone()
        };
        deletions.update(&after, cx.now)?;
        let scheduled_for = after.deletion_scheduled_for.unwrap_or(cx.now);
        let told = Event::DeletionRequested { user: id.clone(), scheduled_for };
        let change = Change::of(Self::RESOURCE, id).from(&before).to(&after).forget(Topic::Access).tell(told);
        Ok(change.returning(after))
    }
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
