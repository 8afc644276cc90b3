//! Deleting a local user.

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::guard;
use super::port::LocalUsers;

/// Deletes a local user with their sign-in and role. Ledger entries stay, without personal data.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteLocalUser {
    /// ID of the user.
    pub id: UserId,
}

/// Who was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deleted {
    /// ID of the user.
    pub id: UserId,
}

impl Operation for DeleteLocalUser {
    const NAME: &'static str = "local_user.delete";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "local_user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn LocalUsers;
    type Output = Deleted;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for DeleteLocalUser {
    fn run(&self, users: &mut Self::Repository, cx: &Context) -> Result<Change<Deleted>> {
        let admins = users.lock_admins()?;
        let before = users.lock(&self.id)?.ok_or_else(|| Error::not_found("User"))?;
        guard::may_change(cx, &before, users.permissions_of(&self.id)?)?;
        if cx.caller.is(&self.id) {
            return Err(Error::conflict("nobody deletes themself; ask another admin"));
        }
        admins.outlive_removal_of(&self.id)?;
        let role = users.delete(&self.id, cx.now)?;
        let deleted = Change::of(Self::RESOURCE, &self.id).before(&before).invalidate(Topic::Access);
        let change = match role {
            Some(role) => deleted.and(self.revocation_of(&role)),
            None => deleted,
        };
        Ok(change.returning(Deleted { id: self.id.clone() }))
    }
}

impl DeleteLocalUser {
    /// The role ends with the user, and the audit log says so as it does for any other revocation.
    fn revocation_of(&self, role: &str) -> Change<()> {
        Change::of("role_assignment", &self.id).before(&json!({ "role_name": role })).as_action("role.revoke")
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use aedile_kernel::{Administrators, PermissionSet};

    use super::super::model::LocalAccount;
    use super::super::port::MockLocalUsers;
    use super::super::testing::{account, admin, id, local_admins};
    use super::*;

    fn store(target: LocalAccount, admins: Administrators) -> MockLocalUsers {
        let mut users = MockLocalUsers::new();
        users.expect_lock_admins().return_once(|| Ok(admins));
        users.expect_lock().return_once(|id| Ok((id == &target.user.id).then_some(target)));
        users.expect_permissions_of().returning(|_| Ok(PermissionSet::default()));
        users
    }

    fn deleting(target: LocalAccount, admins: Administrators, role: Option<&'static str>) -> MockLocalUsers {
        let mut users = store(target, admins);
        users.expect_delete().times(1).returning(move |_, _| Ok(role.map(str::to_owned)));
        users
    }

    fn delete(name: &str) -> DeleteLocalUser {
        DeleteLocalUser { id: id(name) }
    }

    fn root() -> Context {
        context_of("root", [Permission::UsersWrite, Permission::RolesAssign])
    }

    #[test]
    fn a_user_is_deleted_and_the_role_with_them() {
        let change =
            delete("bob").run(&mut deleting(account("bob"), Administrators::default(), None), &root()).unwrap();
        assert_eq!(change.records().len(), 1);
        let change = delete("bob")
            .run(&mut deleting(account("bob"), Administrators::default(), Some("viewer")), &root())
            .unwrap();
        let [user, role] = change.records() else { panic!("two records") };
        assert_eq!((user.action, user.resource_type), (None, "local_user"));
        assert_eq!((role.action, role.resource_type), (Some("role.revoke"), "role_assignment"));
        assert_eq!(role.old_values, Some(json!({"role_name": "viewer"})));
    }

    #[test]
    fn an_unknown_user_is_not_found() {
        let refused = delete("eve").run(&mut store(account("bob"), Administrators::default()), &root());
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }

    #[test]
    fn c_08_neither_oneself_nor_the_last_admin() {
        let themself = delete("root").run(&mut store(admin("root"), local_admins(&["root", "ada"])), &root());
        assert!(matches!(themself, Err(Error::Conflict(_))));
        let last = delete("bob").run(&mut store(admin("bob"), local_admins(&["bob"])), &root());
        assert!(matches!(last, Err(Error::Conflict(_))));
        let holds_super = Administrators { super_admins: local_admins(&["bob"]).local, ..Administrators::default() };
        let last = delete("bob").run(&mut store(account("bob"), holds_super), &root());
        assert!(matches!(last, Err(Error::Conflict(_))));
        assert!(delete("bob").run(&mut deleting(admin("bob"), local_admins(&["bob", "root"]), None), &root()).is_ok());
    }

    #[test]
    fn c_01_an_admin_is_deleted_only_by_who_assigns_roles_and_has_their_rights() {
        let writer = context_of("eve", [Permission::UsersWrite]);
        let refused = delete("bob").run(&mut store(admin("bob"), local_admins(&["bob", "root"])), &writer);
        assert!(matches!(refused, Err(Error::Denied(Permission::RolesAssign))));
        let mut users = MockLocalUsers::new();
        users.expect_lock_admins().return_once(|| Ok(Administrators::default()));
        users.expect_lock().return_once(|_| Ok(Some(account("bob"))));
        users.expect_permissions_of().return_once(|_| Ok([Permission::ConfigWrite].into_iter().collect()));
        let refused = delete("bob").run(&mut users, &root());
        assert!(matches!(refused, Err(Error::Denied(Permission::ConfigWrite))));
    }
}
