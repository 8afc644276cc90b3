//! Creates a role.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result, Together, Topic,
    text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::guard::require_all;
use super::model::{NewRole, Role, description, display_name, permissions};
use super::port::Roles;

/// Creates a role from permissions that the caller holds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRole {
    /// The name that assignments refer to, such as `flag-manager`; it can't be changed later.
    pub role_name: String,
    /// Display name.
    pub display_name: String,
    /// Description.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub description: Option<String>,
    /// Names of permissions, such as `flags:write`; at least one, and no wildcards.
    pub permissions: Vec<String>,
    /// Whether its holders must have a second factor; whoever lacks one can do nothing but set one up.
    #[serde(default)]
    pub requires_second_factor: bool,
}

impl Operation for CreateRole {
    const NAME: &'static str = "role.create";
    const PERMISSION: Permission = Permission::RolesWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = "role";
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Roles;
    type Output = Role;

    fn resource_id(&self) -> Option<String> {
        Some(self.role_name.clone())
    }
}

impl Command for CreateRole {
    fn run(&self, roles: &mut Self::Repository, cx: &Context) -> Result<Change<Role>> {
        let role = self.checked(cx)?;
        require_all(cx, role.permissions.iter().copied().collect())?;
        roles.lock_roles()?;
        if roles.find_by_name(&role.role_name)?.is_some() {
            return Err(Error::conflict("a role of this name exists"));
        }
        let role = roles.insert(&role)?;
        Ok(Change::of(Self::RESOURCE, role.id).after(&role).invalidate(Topic::Access).returning(role))
    }
}

impl CreateRole {
    fn checked(&self, cx: &Context) -> Result<NewRole> {
        let (role_name, display_name, description, permissions) = (
            text::identifier("role_name", &self.role_name),
            display_name(&self.display_name),
            description(self.description.as_deref()),
            permissions(&self.permissions),
        )
            .together()?;
        let requires_second_factor = self.requires_second_factor;
        Ok(NewRole { role_name, display_name, description, permissions, requires_second_factor, created_at: cx.now })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::*;
    use crate::roles::samples::{by_super_admin, custom};
    use crate::roles::{MockRoles, RoleId};

    fn flag_manager(permissions: &[&str]) -> CreateRole {
        CreateRole {
            role_name: "flag-manager".into(),
            display_name: " Flag Manager ".into(),
            description: None,
            permissions: permissions.iter().map(ToString::to_string).collect(),
            requires_second_factor: false,
        }
    }

    fn inserting() -> MockRoles {
        let mut roles = MockRoles::new();
        let mut order = mockall::Sequence::new();
        roles.expect_lock_roles().once().in_sequence(&mut order).returning(|| Ok(()));
        roles.expect_find_by_name().once().in_sequence(&mut order).returning(|_| Ok(None));
        roles.expect_insert().once().in_sequence(&mut order).returning(|new| {
            let display_name = new.display_name.clone();
            Ok(Role { id: RoleId(9), display_name, ..custom(&new.role_name, &new.permissions) })
        });
        roles
    }

    #[test]
    fn a_role_is_created_with_what_was_given() {
        let cx = context_of("user_a", [Permission::RolesWrite, Permission::FlagsRead]);
        let command = flag_manager(&["flags:read", "flags:read", "roles:write"]);
        let change = command.run(&mut inserting(), &cx).unwrap();
        let role = change.output();
        assert_eq!(role.display_name, "Flag Manager");
        assert_eq!(role.permissions, [Permission::FlagsRead, Permission::RolesWrite]);
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("role", "9"));
        assert!(record.old_values.is_none() && record.new_values.is_some());
    }

    #[test]
    fn c_03_nobody_creates_a_role_with_a_permission_they_lack() {
        let cx = context_of("user_a", [Permission::RolesWrite, Permission::FlagsRead]);
        let error = flag_manager(&["flags:read", "flags:write"]).run(&mut MockRoles::new(), &cx).unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{error}");
    }

    #[test]
    fn c_07_only_listed_permissions_make_a_role() {
        for bad in [&["*"][..], &["flags:*"], &["own"], &["flags:read", "unheard:of"], &[]] {
            let error = flag_manager(bad).run(&mut MockRoles::new(), &by_super_admin()).unwrap_err();
            assert!(matches!(error, Error::Invalid(_)), "{bad:?}: {error}");
        }
    }

    #[test]
    fn c_17_creation_never_overwrites() {
        let mut roles = MockRoles::new();
        roles.expect_lock_roles().returning(|| Ok(()));
        roles.expect_find_by_name().returning(|name| Ok(Some(custom(name, &[Permission::FlagsRead]))));
        let error = flag_manager(&["flags:read"]).run(&mut roles, &by_super_admin()).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{error}");
    }

    #[test]
    fn names_are_identifiers_and_text_is_bounded() {
        for role_name in ["", "a b", "../x", "Ünï"] {
            let command = CreateRole { role_name: role_name.into(), ..flag_manager(&["flags:read"]) };
            assert!(command.run(&mut MockRoles::new(), &by_super_admin()).is_err(), "{role_name:?}");
        }
        let long = CreateRole { display_name: "x".repeat(101), ..flag_manager(&["flags:read"]) };
        assert!(long.run(&mut MockRoles::new(), &by_super_admin()).is_err());
    }
}
