//! Erases a user whose grace period is over.

use aedile_kernel::{
    AccountStatus, Caller, Change, Command, Context, Effect, Error, Operation, Permission, Result, Runner, Topic,
    UnitOfWork, UserId, View,
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::Deletions;

/// Erases a user whose grace period is over: the id stays for what refers to it, the person is gone. Run by a worker; no
/// entry point offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseUser {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for EraseUser {
    const NAME: &'static str = "account.erase";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Deletions;
    type Output = ();
}

impl Command for EraseUser {
    fn run(&self, deletions: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let admins = deletions.lock_admins()?;
        let leaving = deletions.lock(&self.user_id)?.ok_or_else(|| Error::not_found("User"))?;
        let is_due = leaving.deletion_scheduled_for.is_some_and(|time| time <= cx.now);
        if leaving.status != AccountStatus::PendingDeletion || !is_due {
            return Ok(Change::none());
        }
        admins.outlive_removal_of(&self.user_id)?;
        deletions.erase(&self.user_id, cx.now)?;
        // What is gone must not live on in the audit log.
        let (before, after) = (json!({ "status": leaving.status }), json!({ "status": AccountStatus::Deleted }));
        Ok(Change::of(Self::RESOURCE, &self.user_id).before(&before).after(&after).invalidate(Topic::Access))
    }
}

/// Erases users, over a store it does not name.
#[async_trait]
pub trait ErasesUsers: Send + Sync {
    /// Erases those whose grace period is over, at most `limit`, each in a transaction of their own. Answers who could not
    /// be erased, and why.
    ///
    /// # Errors
    /// If the list of who is due can't be read; nobody was erased then.
    async fn erase_due(&self, limit: u32) -> Result<Vec<(UserId, Error)>>;
}

#[async_trait]
impl<S> ErasesUsers for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Deletions>,
{
    async fn erase_due(&self, limit: u32) -> Result<Vec<(UserId, Error)>> {
        let now = self.now();
        let due = self.store().read(move |connection| connection.view().list_due(now, limit)).await?;
        let mut left = Vec::new();
        for user_id in due {
            let erased = self.command(&Caller::system(), EraseUser { user_id: user_id.clone() }).await;
            left.extend(erased.err().map(|error| (user_id, error)));
        }
        Ok(left)
    }
}
