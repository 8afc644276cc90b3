//! Roles.

use aedile_kernel::{Error, Permission};
use aedile_rbac::roles::{NewRole, Role, RoleId, SUPER_ADMIN};

use super::{flag_manager, now, roles};
use crate::testing::for_each_backend;
use crate::transaction;

#[test]
fn three_roles_are_built_in() {
    for_each_backend(|c| {
        let all = roles(c).list().unwrap();
        let names: Vec<(i64, &str, &str)> =
            all.iter().map(|r| (r.id.0, r.role_name.as_str(), r.display_name.as_str())).collect();
        let expected = [(1, "viewer", "Viewer"), (2, "editor", "Editor"), (3, SUPER_ADMIN, "Super Admin")];
        assert_eq!(names, expected);
        assert!(all.iter().all(|r| r.is_built_in && r.is_active));
        assert_eq!(all[0].description.as_deref(), Some("Read-only access to admin dashboards and logs"));
        let viewer: Vec<&str> = all[0].permissions.iter().map(|p| p.as_str()).collect();
        let reading = ["admin:read", "audit:read", "metrics:read", "config:read", "users:read", "flags:read"];
        assert_eq!(viewer, reading);
        let editing: Vec<&str> = all[1].permissions.iter().map(|p| p.as_str()).skip(6).collect();
        assert_eq!(editing, ["config:write", "flags:write", "users:write"]);
        let grantable = Permission::grantable();
        assert_eq!(all[2].permission_set(), grantable.collect());
        assert_eq!(all[0].created_at.to_zoneless(), "2025-01-01T00:00:00");
    });
}

#[test]
fn a_role_is_stored_found_and_changed() {
    for_each_backend(|c| {
        let role = roles(c).insert(&flag_manager()).unwrap();
        assert_eq!((role.id, role.is_active, role.is_built_in), (RoleId(4), true, false));
        assert_eq!(role.permissions, flag_manager().permissions, "order kept");
        assert_eq!(roles(c).find(role.id).unwrap().as_ref(), Some(&role));
        assert_eq!(roles(c).find_by_name("flag-manager").unwrap().as_ref(), Some(&role));
        let changed = Role {
            display_name: "Flags".into(),
            description: Some("Ünï\ncode".into()),
            permissions: vec![Permission::FlagsRead],
            is_active: false,
            updated_at: now().plus_seconds(1),
            ..role
        };
        roles(c).update(&changed).unwrap();
        assert_eq!(roles(c).find(changed.id).unwrap(), Some(changed));
        assert_eq!(roles(c).list().unwrap().len(), 4);
    });
}

#[test]
fn unknown_roles_are_absent() {
    for_each_backend(|c| {
        assert_eq!(roles(c).find(RoleId(99)).unwrap(), None);
        assert_eq!(roles(c).find_by_name("Viewer").unwrap(), None, "names are compared with their case");
        let viewer = roles(c).find(RoleId(1)).unwrap().unwrap();
        let error = roles(c).update(&Role { id: RoleId(99), ..viewer }).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error}");
    });
}

#[test]
fn a_taken_name_is_a_conflict() {
    for_each_backend(|c| {
        transaction::savepoint(c).unwrap();
        let error = roles(c).insert(&NewRole { role_name: "viewer".into(), ..flag_manager() }).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{error}");
        transaction::unwind_to(c, 1).unwrap();
        assert_eq!(roles(c).list().unwrap().len(), 3);
    });
}
