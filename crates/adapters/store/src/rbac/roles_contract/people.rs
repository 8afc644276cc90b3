//! Users who are promoted, and principals.

use aedile_kernel::{Caller, Command, Permission, PermissionSet, mock};
use aedile_rbac::assignments::{Person, PromoteFromConsole};
use aedile_rbac::principal::{AccountStatus, LocalRole};
use aedile_rbac::roles::Role;
use diesel::prelude::*;

use super::{add_local, add_user, assign, assignments, flag_manager, now, principal, roles, user};
use crate::connection::Connection;
use crate::schema::users::users;
use crate::testing::for_each_backend;

#[test]
fn people_are_found_by_id_and_by_verified_email() {
    for_each_backend(|c| {
        add_user(c, "user_a", Some("a@example.com"), AccountStatus::Active);
        add_user(c, "user_b", Some("same@example.com"), AccountStatus::Held);
        add_user(c, "user_c", Some("same@example.com"), AccountStatus::Active);
        add_user(c, "user_d", Some("claimed@example.com"), AccountStatus::Active);
        verify(c, &["user_b", "user_c"]);
        add_local(c, "user_a", LocalRole::User);
        let person = assignments(c).lock_person(&user("user_a")).unwrap().unwrap();
        let expected = Person {
            user_id: user("user_a"),
            email: Some("a@example.com".into()),
            is_admin: false,
            local_role: Some(LocalRole::User),
            status: AccountStatus::Active,
        };
        assert_eq!(person, expected);
        assert_eq!(assignments(c).lock_person(&user("user_x")).unwrap(), None);
        for nobody in ["x@example.com", "claimed@example.com", ""] {
            assert!(assignments(c).lock_people_by_email(nobody).unwrap().is_empty(), "{nobody}");
        }
        let same = assignments(c).lock_people_by_email("same@example.com").unwrap();
        let ids: Vec<&str> = same.iter().map(|p| p.user_id.as_str()).collect();
        assert_eq!(ids, ["user_b", "user_c"]);
    });
}

fn verify(c: &mut Connection, ids: &[&str]) {
    let those = diesel::update(users::table.filter(users::id.eq_any(ids)));
    those.set(users::email_verified.eq(true)).execute(c).unwrap();
}

#[test]
fn a_promotion_from_the_console_holds_and_a_second_changes_nothing() {
    for_each_backend(|c| {
        add_user(c, "user_a", Some("a@example.com"), AccountStatus::Active);
        add_local(c, "user_a", LocalRole::User);
        let cx = mock::context(Caller::console());
        for name in ["A@example.com", "user_new"] {
            let command = PromoteFromConsole { user: name.into() };
            assert_eq!(command.run(assignments(c), &cx).unwrap().records().len(), 2, "{name}");
            assert_eq!(command.run(assignments(c), &cx).unwrap().records().len(), 0, "{name}");
        }
        for id in ["user_a", "user_new"] {
            let promoted = principal(c, id).unwrap();
            assert!(promoted.is_admin && promoted.status == AccountStatus::Active);
            assert_eq!(promoted.permissions(now(), true), PermissionSet::all());
        }
        assert!(principal(c, "user_a").unwrap().is_local_admin());
    });
}

#[test]
fn a_principal_is_all_that_decides() {
    for_each_backend(|c| {
        assert_eq!(principal(c, "user_a"), None);
        assign(c, "user_a", "viewer", Some(60));
        assert_eq!(principal(c, "user_a"), None, "a waiting role makes no user");

        add_user(c, "user_a", Some("a@example.com"), AccountStatus::PendingDeletion);
        diesel::update(users::table)
            .set((users::tier.eq("pro"), users::display_name.eq("Ann"), users::is_admin.eq(true)))
            .execute(c)
            .unwrap();
        let found = principal(c, "user_a").unwrap();
        assert_eq!((found.id.as_str(), found.email.as_deref()), ("user_a", Some("a@example.com")));
        assert_eq!((found.display_name.as_deref(), found.tier.as_deref()), (Some("Ann"), Some("pro")));
        assert_eq!((found.is_admin, found.status), (true, AccountStatus::PendingDeletion));
        assert_eq!((found.api_disabled, found.local_role), (false, None));
        let role = found.assignment.unwrap();
        assert_eq!((role.role_name.as_str(), role.is_active), ("viewer", true));
        assert_eq!(role.expires_at, Some(now().plus_seconds(60)));
        assert!(role.permissions.contains(Permission::AuditRead));
        assert!(!role.permissions.contains(Permission::FlagsWrite));

        assign(c, "user_a", "viewer", None);
        assert_eq!(principal(c, "user_a").unwrap().assignment.unwrap().expires_at, None);
        assignments(c).delete(&user("user_a")).unwrap();
        assert_eq!(principal(c, "user_a").unwrap().assignment, None);
    });
}

#[test]
fn a_disabled_role_gives_its_holders_nothing() {
    for_each_backend(|c| {
        let role = roles(c).insert(&flag_manager()).unwrap();
        add_user(c, "user_a", None, AccountStatus::Active);
        assign(c, "user_a", "flag-manager", None);
        assert!(principal(c, "user_a").unwrap().permissions(now(), true).contains(Permission::FlagsWrite));
        roles(c).update(&Role { is_active: false, ..role }).unwrap();
        let entered = PermissionSet::USER.union([Permission::AdminArea].into_iter().collect());
        assert_eq!(principal(c, "user_a").unwrap().permissions(now(), true), entered);
    });
}
