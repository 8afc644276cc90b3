use aedile_kernel::mock::context_of;
use aedile_kernel::{Administrator, Administrators, PermissionSet};
use serde_json::{Value, json};

use super::super::port::MockLocalUsers;
use super::super::testing::{account, admin, id, local_admins};
use super::*;

fn store(target: LocalAccount, admins: Administrators) -> MockLocalUsers {
    let mut users = MockLocalUsers::new();
    users.expect_lock_admins().return_once(|| Ok(admins));
    users.expect_lock().return_once(|id| Ok((id == &target.user.id).then_some(target)));
    users.expect_permissions_of().returning(|_| Ok(PermissionSet::default()));
    users.expect_tier_exists().returning(|tier| Ok(matches!(tier, "free" | "pro" | "admin")));
    users
}

fn saving(target: LocalAccount, admins: Administrators) -> MockLocalUsers {
    let mut users = store(target, admins);
    users.expect_update().times(1).returning(|_| Ok(()));
    users
}

fn patch(user: &str, mut fields: Value) -> UpdateLocalUser {
    fields["id"] = user.into();
    serde_json::from_value(fields).unwrap()
}

fn root() -> Context {
    context_of("root", [Permission::UsersWrite, Permission::RolesAssign])
}

#[test]
fn a_role_brings_its_tier_unless_one_is_given() {
    let pro = account("bob").with(LocalRole::User, Some("pro".into()));
    for (fields, tier, explicit) in [
        (json!({"role": "admin"}), "admin", None),
        (json!({"role": "user"}), "free", None),
        (json!({"role": "admin", "tier": "free"}), "free", Some("free")),
        (json!({"tier": null}), "free", None),
        (json!({"tier": "free"}), "free", Some("free")),
    ] {
        let mut users = store(pro.clone(), Administrators::default());
        users
            .expect_update()
            .withf(move |account| account.explicit_tier.as_deref() == explicit)
            .times(1)
            .returning(|_| Ok(()));
        let change = patch("bob", fields.clone()).run(&mut users, &root()).unwrap();
        assert_eq!(change.output().tier, tier, "{fields}");
        assert_eq!(change.records().len(), 1, "{fields}");
    }
}

#[test]
fn disabling_keeps_role_and_tier() {
    let pro = account("bob").with(LocalRole::User, Some("pro".into()));
    let change =
        patch("bob", json!({"api_disabled": true})).run(&mut saving(pro, Administrators::default()), &root()).unwrap();
    assert!(change.output().api_disabled);
    assert_eq!(change.output().tier, "pro");
    assert_eq!(change.records()[0].new_values, Some(json!({"api_disabled": true})));
}

#[test]
fn the_same_again_changes_nothing() {
    let change = patch("bob", json!({"role": "user", "api_disabled": false}))
        .run(&mut store(account("bob"), Administrators::default()), &root())
        .unwrap();
    assert!(change.records().is_empty());
    assert_eq!(change.output(), &account("bob").user);
}

#[test]
fn an_empty_patch_and_unknown_fields_are_refused() {
    let error = patch("bob", json!({})).run(&mut MockLocalUsers::new(), &root()).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    for fields in [json!({"id": "bob", "is_admin": true}), json!({"id": "bob", "role": "root"})] {
        assert!(serde_json::from_value::<UpdateLocalUser>(fields).is_err());
    }
}

#[test]
fn unknown_users_and_tiers_are_refused() {
    let error =
        patch("eve", json!({"role": "user"})).run(&mut store(account("bob"), Administrators::default()), &root());
    assert!(matches!(error, Err(Error::NotFound(_))));
    let error =
        patch("bob", json!({"tier": "gold"})).run(&mut store(account("bob"), Administrators::default()), &root());
    assert!(matches!(error, Err(Error::Invalid(_))));
}

#[test]
fn c_01_admins_are_made_and_changed_only_by_who_assigns_roles() {
    let writer = context_of("eve", [Permission::UsersWrite]);
    for (target, fields) in [
        (account("bob"), json!({"role": "admin"})),
        (account("bob"), json!({"role": "admin", "tier": "free"})),
        (account("bob"), json!({"tier": "admin"})),
        (admin("bob"), json!({"role": "user"})),
        (admin("bob"), json!({"api_disabled": true})),
        (admin("bob"), json!({"tier": "free"})),
    ] {
        let mut users = store(target, local_admins(&["bob", "root"]));
        let error = patch("bob", fields.clone()).run(&mut users, &writer).unwrap_err();
        assert!(matches!(error, Error::Denied(Permission::RolesAssign)), "{fields}: {error}");
    }
}

#[test]
fn c_04_somebody_with_more_rights_is_out_of_reach() {
    let mut users = MockLocalUsers::new();
    users.expect_lock_admins().return_once(|| Ok(Administrators::default()));
    users.expect_lock().return_once(|_| Ok(Some(account("bob"))));
    users.expect_permissions_of().return_once(|_| Ok([Permission::AuditRead].into_iter().collect()));
    let error = patch("bob", json!({"api_disabled": true})).run(&mut users, &root()).unwrap_err();
    assert!(matches!(error, Error::Denied(Permission::AuditRead)), "{error}");
}

#[test]
fn nobody_disables_or_demotes_themself() {
    for fields in [json!({"role": "user"}), json!({"api_disabled": true})] {
        let mut users = store(admin("root"), local_admins(&["root", "ada"]));
        let error = patch("root", fields.clone()).run(&mut users, &root()).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{fields}: {error}");
    }
    assert!(
        patch("root", json!({"tier": "pro"})).run(&mut saving(admin("root"), local_admins(&["root"])), &root()).is_ok()
    );
}

#[test]
fn c_08_the_last_admin_is_neither_disabled_nor_demoted() {
    let last_super = || Administrators { super_admins: local_admins(&["bob"]).local, ..local_admins(&["bob", "root"]) };
    for admins in [local_admins(&["bob"]), last_super()] {
        for fields in [json!({"role": "user"}), json!({"api_disabled": true})] {
            let error =
                patch("bob", fields.clone()).run(&mut store(admin("bob"), admins.clone()), &root()).unwrap_err();
            assert!(matches!(error, Error::Conflict(_)), "{fields}: {error}");
        }
    }
    let flagged = Administrators {
        flagged: vec![Administrator { user: id("bob"), can_act: true }],
        ..local_admins(&["bob", "root"])
    };
    assert!(
        patch("bob", json!({"api_disabled": true})).run(&mut store(admin("bob"), flagged.clone()), &root()).is_err()
    );
    assert!(patch("bob", json!({"role": "user"})).run(&mut saving(admin("bob"), flagged), &root()).is_ok());
    assert!(
        patch("bob", json!({"role": "user"}))
            .run(&mut saving(admin("bob"), local_admins(&["bob", "root"])), &root())
            .is_ok()
    );
}
