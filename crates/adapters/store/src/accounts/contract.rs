//! What every store of accounts must do.

use aedile_accounts::local_users::{LocalAccount, LocalUsers};
use aedile_accounts::{
    AccountStatus, Identifier, IdentifierType, LocalRole, LocalUser, PasswordHash, SignIns, User, Users,
};
use aedile_kernel::mock::NOW;
use aedile_kernel::{Administrator, Page, PageRequest, Permission, PermissionSet, Position, Timestamp, UserId};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::users::users;
use crate::testing::for_each_backend;

pub(super) fn id(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(super) fn local(connection: &mut Connection) -> &mut (dyn LocalUsers + 'static) {
    connection
}

pub(super) fn known(connection: &mut Connection) -> &mut (dyn Users + 'static) {
    connection
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(second)
}

fn hash() -> PasswordHash {
    PasswordHash::parse("$pbkdf2-sha256$i=1,l=32$c2FsdA$aGFzaA").unwrap()
}

pub(super) fn account(name: &str, second: i64) -> LocalAccount {
    let user = LocalUser {
        id: id(name),
        identifier: format!("{name}@example.com"),
        identifier_type: IdentifierType::Email,
        role: LocalRole::User,
        tier: "free".into(),
        api_disabled: false,
        must_change_password: false,
        created_at: at(second),
        updated_at: at(second),
    };
    LocalAccount { user, explicit_tier: None }
}

pub(super) fn add(connection: &mut Connection, account: &LocalAccount) {
    local(connection).insert(account, &hash()).unwrap();
}

pub(super) fn add_admin(connection: &mut Connection, name: &str) {
    add(connection, &account(name, 0).with(LocalRole::Admin, None));
}

pub(super) fn assign(connection: &mut Connection, name: &str, role: &str, expires_at: Option<i64>) {
    let role: i64 = roles::table.filter(roles::role_name.eq(role)).select(roles::id).first(connection).unwrap();
    diesel::insert_into(role_assignments::table)
        .values((
            role_assignments::user_id.eq(name),
            role_assignments::role_id.eq(role),
            role_assignments::assigned_by.eq("root"),
            role_assignments::assigned_at.eq(NOW),
            role_assignments::expires_at.eq(expires_at),
        ))
        .execute(connection)
        .unwrap();
}

pub(super) fn user(name: &str) -> User {
    User {
        id: id(name),
        email: Some(format!("{name}@example.com")),
        email_verified: true,
        display_name: Some("Ada Ünal".into()),
        is_admin: false,
        status: AccountStatus::Active,
        api_disabled: false,
        tier: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn search_text(connection: &mut Connection, name: &str) -> String {
    users::table.filter(users::id.eq(name)).select(users::search_text).first(connection).unwrap()
}

#[test]
fn a_user_is_added_once() {
    for_each_backend(|c| {
        assert_eq!(known(c).find(&id("ada")).unwrap(), None);
        assert!(known(c).insert_if_absent(&user("ada")).unwrap());
        let other = User { email: None, ..user("ada") };
        assert!(!known(c).insert_if_absent(&other).unwrap());
        assert_eq!(known(c).find(&id("ada")).unwrap(), Some(user("ada")));
        assert_eq!(search_text(c, "ada"), "ada@example.com ada unal");
    });
}

#[test]
fn only_the_identity_is_written() {
    for_each_backend(|c| {
        known(c).insert_if_absent(&User { status: AccountStatus::Held, is_admin: true, ..user("ada") }).unwrap();
        let told = User {
            email: None,
            email_verified: false,
            display_name: Some("A".into()),
            updated_at: at(5),
            ..user("ada")
        };
        assert!(known(c).set_identity(&told).unwrap());
        let expected = User { status: AccountStatus::Held, is_admin: true, ..told };
        assert_eq!(known(c).find(&id("ada")).unwrap(), Some(expected));
        assert_eq!(search_text(c, "ada"), "a");
        assert!(!known(c).set_identity(&user("nobody")).unwrap());
        let gone = diesel::update(users::table.filter(users::id.eq("ada"))).set(users::status.eq("deleted"));
        gone.execute(c).unwrap();
        assert!(!known(c).set_identity(&user("ada")).unwrap(), "a name does not come back");
        assert_eq!(search_text(c, "ada"), "a");
    });
}

#[test]
fn a_local_user_comes_back_and_is_a_user() {
    for_each_backend(|c| {
        let ada = account("ada", 0).with(LocalRole::Admin, Some("pro".into()));
        add(c, &ada);
        assert_eq!(local(c).find(&ada.user.id).unwrap(), Some(ada.user.clone()));
        assert_eq!(local(c).lock(&ada.user.id).unwrap(), Some(ada.clone()));
        assert_eq!(local(c).lock(&id("bob")).unwrap(), None);
        let seen = known(c).find(&ada.user.id).unwrap().unwrap();
        assert_eq!((seen.email.as_deref(), seen.email_verified), (Some("ada@example.com"), false));
        known(c).insert_if_absent(&user("bob")).unwrap();
        assert_eq!(local(c).find(&id("bob")).unwrap(), None, "a user of the provider is not local");
        let mut phone = account("cleo", 0);
        phone.user.identifier = "+4915112345678".into();
        phone.user.identifier_type = IdentifierType::Phone;
        add(c, &phone);
        assert_eq!(known(c).find(&id("cleo")).unwrap().unwrap().email, None);
    });
}

#[test]
fn the_tier_is_explicit_or_the_roles() {
    for_each_backend(|c| {
        add_admin(c, "ada");
        assert_eq!(local(c).find(&id("ada")).unwrap().unwrap().tier, "admin");
        let demoted = local(c).lock(&id("ada")).unwrap().unwrap().with(LocalRole::User, None);
        local(c).update(&demoted).unwrap();
        assert_eq!(local(c).lock(&id("ada")).unwrap(), Some(demoted));
        assert!(local(c).tier_exists("pro").unwrap());
        assert!(!local(c).tier_exists("gold").unwrap());
    });
}

#[test]
fn an_update_writes_role_tier_and_access() {
    for_each_backend(|c| {
        add(c, &account("ada", 0));
        add(c, &account("bob", 1));
        let mut changed = account("ada", 0).with(LocalRole::Admin, Some("pro".into()));
        changed.user.api_disabled = true;
        changed.user.updated_at = at(9);
        local(c).update(&changed).unwrap();
        assert_eq!(local(c).lock(&id("ada")).unwrap(), Some(changed));
        assert_eq!(local(c).lock(&id("bob")).unwrap(), Some(account("bob", 1)));
        assert!(local(c).update(&account("nobody", 0)).is_err());
    });
}

#[test]
fn an_identifier_is_taken_once() {
    for_each_backend(|c| {
        add(c, &account("ada", 0));
        let identifier = Identifier::parse("ADA@example.com").unwrap();
        assert!(local(c).is_taken(&identifier).unwrap());
        assert!(!local(c).is_taken(&Identifier::parse("bob@example.com").unwrap()).unwrap());
        let found = c.find_credentials(&identifier).unwrap().unwrap();
        assert_eq!((found.user, found.status), (account("ada", 0).user, AccountStatus::Active));
        assert_eq!(found.password_hash, hash());
        assert_eq!(c.find_credentials(&Identifier::parse("+4915112345678").unwrap()).unwrap(), None);
    });
}

fn ids(page: &Page<LocalUser>) -> Vec<&str> {
    page.items.iter().map(|user| user.id.as_str()).collect()
}

#[test]
fn the_list_is_newest_first_by_offset_and_by_cursor() {
    for_each_backend(|c| {
        for (name, second) in [("a", 1), ("b", 3), ("c", 3), ("d", 3), ("e", 2)] {
            add(c, &account(name, second));
        }
        known(c).insert_if_absent(&user("not-local")).unwrap();
        let all = local(c).list(&PageRequest::first()).unwrap();
        assert_eq!((ids(&all), all.total, &all.next), (vec!["d", "c", "b", "e", "a"], Some(5), &None));
        let page = |c: &mut Connection, position| local(c).list(&PageRequest { limit: 2, position }).unwrap();
        let second = page(c, Position::Offset(2));
        assert_eq!((ids(&second), second.total), (vec!["b", "e"], Some(5)));
        assert!(ids(&page(c, Position::Offset(9))).is_empty());
        let (mut seen, mut position) = (Vec::new(), Position::Offset(0));
        loop {
            let page = page(c, position);
            seen.extend(ids(&page).into_iter().map(str::to_owned));
            match page.next {
                Some(next) => position = Position::After(next),
                None => break,
            }
        }
        assert_eq!(seen, ["d", "c", "b", "e", "a"]);
    });
}

#[test]
fn a_deleted_user_leaves_a_nameless_record() {
    for_each_backend(|c| {
        add_admin(c, "ada");
        add(c, &account("bob", 1));
        assign(c, "ada", "viewer", None);
        assign(c, "bob", "editor", None);
        diesel::update(users::table).set(users::is_admin.eq(true)).execute(c).unwrap();
        assert_eq!(local(c).delete(&id("ada"), at(9)).unwrap().as_deref(), Some("viewer"));
        assert_eq!(local(c).find(&id("ada")).unwrap(), None);
        let left = known(c).find(&id("ada")).unwrap().unwrap();
        let expected = User {
            status: AccountStatus::Deleted,
            email: None,
            email_verified: false,
            display_name: None,
            updated_at: at(9),
            ..user("ada")
        };
        assert_eq!(left, expected);
        assert_eq!(search_text(c, "ada"), "");
        assert_eq!(local(c).permissions_of(&id("ada")).unwrap(), PermissionSet::default());
        assert_eq!(local(c).delete(&id("ada"), at(9)).unwrap(), None, "there is nothing left to delete");
        let again = LocalAccount { user: LocalUser { id: id("ada-2"), ..account("ada", 2).user }, explicit_tier: None };
        add(c, &again);
        assert_eq!(local(c).find(&id("bob")).unwrap(), Some(account("bob", 1).user), "nobody else is touched");
        assert!(local(c).permissions_of(&id("bob")).unwrap().contains(Permission::ConfigWrite));
        assert_eq!(local(c).delete(&id("ada-2"), at(9)).unwrap(), None);
    });
}

#[test]
fn permissions_are_those_of_role_and_flag() {
    for_each_backend(|c| {
        add(c, &account("ada", 0));
        assert_eq!(local(c).permissions_of(&id("ada")).unwrap(), PermissionSet::default());
        diesel::update(users::table).set(users::is_admin.eq(true)).execute(c).unwrap();
        let by_flag = local(c).permissions_of(&id("ada")).unwrap();
        assert!(by_flag.contains(Permission::AdminWrite) && !by_flag.contains(Permission::AuditRead));
        assign(c, "ada", "viewer", Some(NOW - 1));
        assert!(local(c).permissions_of(&id("ada")).unwrap().contains(Permission::AuditRead), "ended or not");
        assert_eq!(local(c).permissions_of(&id("nobody")).unwrap(), PermissionSet::default());
    });
}

#[test]
fn c_08_those_who_can_administer_are_known() {
    for_each_backend(|c| {
        for name in ["able", "disabled", "held"] {
            add_admin(c, name);
            assign(c, name, "super-admin", None);
        }
        add(c, &account("entering-nowhere", 0));
        assign(c, "entering-nowhere", "super-admin", None);
        add_admin(c, "ending");
        assign(c, "ending", "super-admin", Some(NOW));
        assign(c, "never-seen", "super-admin", None);
        assign(c, "viewing", "viewer", None);
        diesel::update(users::table.filter(users::id.eq("disabled")))
            .set(users::api_disabled.eq(true))
            .execute(c)
            .unwrap();
        diesel::update(users::table.filter(users::id.eq("held"))).set(users::status.eq("held")).execute(c).unwrap();
        diesel::update(users::table.filter(users::id.eq("able"))).set(users::is_admin.eq(true)).execute(c).unwrap();
        let admins = local(c).lock_admins().unwrap();
        let shown = |admins: &[Administrator]| {
            let mut shown: Vec<_> = admins.iter().map(|a| (a.user.to_string(), a.can_act)).collect();
            shown.sort();
            shown
        };
        let pairs =
            |names: &[(&str, bool)]| names.iter().map(|(n, can_act)| ((*n).to_owned(), *can_act)).collect::<Vec<_>>();
        assert_eq!(
            shown(&admins.local),
            pairs(&[("able", true), ("disabled", false), ("ending", true), ("held", false)])
        );
        let supers =
            [("able", true), ("disabled", false), ("entering-nowhere", false), ("held", false), ("never-seen", false)];
        assert_eq!(shown(&admins.super_admins), pairs(&supers));
        assert_eq!(shown(&admins.flagged), pairs(&[("able", true)]));
    });
}
