//! `account.hold`

use aedile_kernel::{
    AccountStatus, Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, PermissionSet,
    Result, Topic, UserId, text,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deletion::{DeletionState, Deletions, Standing};

/// Puts an account on hold: from the next request on, its owner can only read their profile.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldAccount {
    /// ID of the user.
    pub user_id: UserId,
    /// Reason for the audit log, at most 1,000 characters.
    #[schemars(extend("x-multiline" = true))]
    pub reason: String,
}

impl Operation for HoldAccount {
    const NAME: &'static str = "account.hold";
    const PERMISSION: Permission = Permission::UsersHold;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Deletions;
    type Output = Standing;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

/// What the audit log keeps.
#[derive(Serialize)]
struct Held<'a> {
    #[serde(flatten)]
    account: &'a DeletionState,
    reason: String,
}

impl Command for HoldAccount {
    fn run(&self, accounts: &mut Self::Repository, cx: &Context) -> Result<Change<Standing>> {
        let reason = text::paragraphs("reason", &self.reason, 1_000)?;
        if cx.caller.is(&self.user_id) {
            return Err(Error::conflict("nobody holds their own account; ask another admin"));
        }
        let admins = accounts.lock_admins()?;
        let before = known(accounts.lock(&self.user_id)?)?;
        may_judge(cx, accounts.permissions_of(&self.user_id)?)?;
        let standing = Standing { status: AccountStatus::Held, user_id: self.user_id.clone() };
        if before.status == AccountStatus::Held {
            return Ok(Change::none().returning(standing));
        }
        admins.outlive_removal_of(&self.user_id)?;
        let after = DeletionState { status: AccountStatus::Held, ..before.clone() };
        accounts.update(&after, cx.now)?;
        let change = Change::of(Self::RESOURCE, &self.user_id).before(&before).after(&Held { account: &after, reason });
        let taken = Event::AccessTaken { user: self.user_id.clone() };
        Ok(change.invalidate(Topic::Access).emit(taken).returning(standing))
    }
}

/// Refuses who would hold or release somebody with permissions they lack. Whoever holds all that the flag `is_admin` permits
/// may: admins stop anybody, holders of roles included.
pub(crate) fn may_judge(cx: &Context, permissions: PermissionSet) -> Result<()> {
    let is_admin = cx.caller.permissions.covers(PermissionSet::of_admin_flag());
    match cx.caller.permissions.first_missing(permissions).filter(|_| !is_admin) {
        None => Ok(()),
        Some(missing) => {
            Err(Error::forbidden(format!("this account has the permission {missing}, which you don't have yourself")))
        }
    }
}

/// The account, unless there is none any more.
pub(super) fn known(account: Option<DeletionState>) -> Result<DeletionState> {
    account.filter(|account| account.status != AccountStatus::Deleted).ok_or_else(|| Error::not_found("User"))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::*;
    use crate::deletion::MockDeletions;
    use aedile_kernel::{Administrator, Administrators};

    fn hold(status: Option<AccountStatus>, is_last_admin: bool, by: &str, writes: usize) -> Result<Change<Standing>> {
        let user_id = UserId::parse("user_a").unwrap();
        let account = status.map(|status| DeletionState {
            user_id: user_id.clone(),
            status,
            deletion_requested_at: None,
            deletion_scheduled_for: None,
        });
        let flagged =
            is_last_admin.then(|| Administrator { user: user_id.clone(), can_act: true }).into_iter().collect();
        let mut accounts = MockDeletions::new();
        accounts.expect_lock_admins().return_once(|| Ok(Administrators { flagged, ..Administrators::default() }));
        accounts.expect_lock().return_once(move |_| Ok(account));
        accounts.expect_permissions_of().returning(|_| Ok(PermissionSet::default()));
        accounts.expect_update().times(writes).returning(|_, _| Ok(()));
        let command = HoldAccount { user_id, reason: " Odd purchases ".into() };
        command.run(&mut accounts, &context_of(by, [Permission::UsersHold]))
    }

    #[test]
    fn the_reason_is_kept_in_the_audit_log() {
        let change = hold(Some(AccountStatus::Active), false, "user_root", 1).unwrap();
        let new = change.records()[0].new_values.clone().unwrap();
        assert_eq!((&new["status"], &new["reason"]), (&"held".into(), &"Odd purchases".into()));
        assert_eq!(change.output().status, AccountStatus::Held);
    }

    #[test]
    fn twice_is_once() {
        assert!(hold(Some(AccountStatus::Held), false, "user_root", 0).unwrap().records().is_empty());
    }

    #[test]
    fn oneself_the_last_admin_and_strangers_are_not_held() {
        let active = Some(AccountStatus::Active);
        assert!(matches!(hold(active, false, "user_a", 0), Err(Error::Conflict(_))));
        assert!(matches!(hold(active, true, "user_root", 0), Err(Error::Conflict(_))));
        assert!(matches!(hold(None, false, "user_root", 0), Err(Error::NotFound(_))));
        assert!(matches!(hold(Some(AccountStatus::Deleted), false, "user_root", 0), Err(Error::NotFound(_))));
    }

    #[test]
    fn c_04_only_an_admin_holds_somebody_above_them() {
        let above = [Permission::UsersHold, Permission::RolesAssign].into_iter().collect();
        let may = |held: &[Permission]| may_judge(&context_of("user_clerk", held.iter().copied()), above);
        assert!(matches!(may(&[Permission::UsersHold]), Err(Error::Forbidden(_))));
        assert!(may(&[Permission::UsersHold, Permission::RolesAssign]).is_ok());
        assert!(may(&[Permission::UsersHold, Permission::AdminsWrite]).is_err(), "a part of what admins may do");
        assert!(may(&PermissionSet::of_admin_flag().iter().collect::<Vec<_>>()).is_ok());
    }

    #[test]
    fn without_a_reason_nobody_is_held() {
        let command = HoldAccount { user_id: UserId::parse("user_a").unwrap(), reason: " ".into() };
        let refused = command.run(&mut MockDeletions::new(), &context_of("user_root", []));
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }
}
