//! `account.release`

use aedile_kernel::{
    AccountStatus, Authority, Change, Command, Context, Effect, Event, Operation, Permission, Result, Topic, UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::hold::{known, may_judge};
use crate::deletion::{DeletionState, Deletions, Standing};

/// Releases an account from hold. A deletion that its owner had requested is scheduled again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseAccount {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for ReleaseAccount {
    const NAME: &'static str = "account.release";
    const PERMISSION: Permission = Permission::UsersHold;
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

impl Command for ReleaseAccount {
    fn run(&self, accounts: &mut Self::Repository, cx: &Context) -> Result<Change<Standing>> {
        accounts.lock_admins()?;
        let before = known(accounts.lock(&self.user_id)?)?;
        may_judge(cx, accounts.permissions_of(&self.user_id)?)?;
        let standing = |status| Standing { status, user_id: self.user_id.clone() };
        if before.status != AccountStatus::Held {
            return Ok(Change::none().returning(standing(before.status)));
        }
        let is_leaving = before.deletion_scheduled_for.is_some();
        let status = if is_leaving { AccountStatus::PendingDeletion } else { AccountStatus::Active };
        let after = DeletionState { status, ..before.clone() };
        accounts.update(&after, cx.now)?;
        let change = Change::of(Self::RESOURCE, &self.user_id).before(&before).after(&after);
        let restored = Event::AccessRestored { user: self.user_id.clone() };
        Ok(change.invalidate(Topic::Access).emit(restored).returning(standing(status)))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::context_of;

    use super::*;
    use crate::deletion::MockDeletions;
    use aedile_kernel::{Administrators, PermissionSet};

    fn release(status: AccountStatus, is_leaving: bool, writes: usize) -> Change<Standing> {
        let user_id = UserId::parse("user_a").unwrap();
        let time = is_leaving.then(|| Timestamp::from_micros(1));
        let account = DeletionState {
            user_id: user_id.clone(),
            status,
            deletion_requested_at: time,
            deletion_scheduled_for: time,
        };
        let mut accounts = MockDeletions::new();
        accounts.expect_lock_admins().return_once(|| Ok(Administrators::default()));
        accounts.expect_lock().return_once(move |_| Ok(Some(account)));
        accounts.expect_permissions_of().returning(|_| Ok(PermissionSet::default()));
        accounts.expect_update().times(writes).returning(|_, _| Ok(()));
        let cx = context_of("user_root", [Permission::UsersHold]);
        ReleaseAccount { user_id }.run(&mut accounts, &cx).unwrap()
    }

    #[test]
    fn an_account_goes_back_to_where_it_stood() {
        assert_eq!(release(AccountStatus::Held, false, 1).output().status, AccountStatus::Active);
        assert_eq!(release(AccountStatus::Held, true, 1).output().status, AccountStatus::PendingDeletion);
    }

    #[test]
    fn what_is_not_held_stays_as_it_is() {
        let change = release(AccountStatus::PendingDeletion, true, 0);
        assert_eq!(change.output().status, AccountStatus::PendingDeletion);
        assert!(change.records().is_empty());
    }
}
