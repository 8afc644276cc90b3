use std::sync::Arc;

use aedile_kernel::mock::{self, MockStore, context_of};
use aedile_kernel::{Credential, Epochs, PermissionSet, Registry, Status, UserId};

use super::super::identifier::IdentifierType;
use super::super::port::MockLocalUsers;
use super::*;
use crate::passwords::MockPasswordHasher;

const HASH: &str = "$pbkdf2-sha256$i=1,l=32$salt$canary-hash";

fn command(role: Option<LocalRole>, tier: Option<&str>) -> CreateLocalUser {
    CreateLocalUser {
        identifier: "Ada@Example.com".into(),
        password_hash: PasswordHash::parse(HASH).unwrap(),
        role,
        tier: tier.map(str::to_owned),
    }
}

fn empty_store() -> MockLocalUsers {
    let mut users = MockLocalUsers::new();
    users.expect_tier_exists().returning(|tier| Ok(matches!(tier, "free" | "pro" | "admin")));
    users.expect_is_taken().returning(|_| Ok(false));
    users.expect_insert().returning(|_, _| Ok(()));
    users
}

fn root() -> Context {
    context_of("root", [Permission::UsersWrite, Permission::RolesAssign])
}

#[test]
fn a_user_gets_an_id_and_the_default_tier() {
    let change = command(None, None).run(&mut empty_store(), &root()).unwrap();
    let user = change.output();
    assert_eq!((user.identifier.as_str(), user.identifier_type), ("ada@example.com", IdentifierType::Email));
    assert_eq!((user.role, user.tier.as_str(), user.api_disabled), (LocalRole::User, "free", false));
    assert_eq!(user.id.as_str().len(), 36);
    assert_eq!(user.id.as_str().as_bytes()[14], b'4', "a random UUID: {}", user.id);
}

#[test]
fn role_and_tier_are_independent() {
    for (role, tier, shown) in [
        (Some(LocalRole::Admin), None, "admin"),
        (Some(LocalRole::Admin), Some("free"), "free"),
        (Some(LocalRole::User), Some("pro"), "pro"),
    ] {
        assert_eq!(command(role, tier).run(&mut empty_store(), &root()).unwrap().output().tier, shown);
    }
}

#[test]
fn c_59_the_hash_is_not_audited() {
    let change = command(None, None).run(&mut empty_store(), &root()).unwrap();
    assert!(!format!("{:?}", change.records()).contains("canary"));
    assert!(!format!("{:?}", command(None, None)).contains("canary"));
}

#[test]
fn c_02_an_admin_needs_the_right_to_assign_roles() {
    let writer = context_of("eve", [Permission::UsersWrite]);
    for (role, tier) in [(Some(LocalRole::Admin), None), (Some(LocalRole::Admin), Some("free")), (None, Some("admin"))]
    {
        let error = command(role, tier).run(&mut MockLocalUsers::new(), &writer).unwrap_err();
        assert!(matches!(error, Error::Denied(Permission::RolesAssign)), "{role:?} {tier:?}: {error}");
    }
    assert!(command(None, Some("pro")).run(&mut empty_store(), &writer).is_ok());
}

#[test]
fn an_unknown_tier_and_a_taken_identifier_are_refused() {
    let error = command(None, Some("gold")).run(&mut empty_store(), &root()).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
    let mut users = MockLocalUsers::new();
    users.expect_is_taken().returning(|_| Ok(false));
    let error = command(None, Some("pro\0")).run(&mut users, &root()).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "what no tier can be called is not asked of the store: {error}");
    let mut users = MockLocalUsers::new();
    users.expect_is_taken().return_once(|identifier| Ok(identifier.as_str() == "ada@example.com"));
    let error = command(None, None).run(&mut users, &root()).unwrap_err();
    assert!(matches!(error, Error::Conflict(_)), "{error}");
    let nobody = CreateLocalUser { identifier: "nobody".into(), ..command(None, None) };
    assert!(matches!(nobody.run(&mut MockLocalUsers::new(), &root()), Err(Error::Invalid(_))));
}

fn store(users: MockLocalUsers) -> MockStore<dyn LocalUsers> {
    let users: Box<dyn LocalUsers> = Box::new(users);
    MockStore::new(users)
}

fn operations(store: &MockStore<dyn LocalUsers>) -> Operations {
    let mut registry = Registry::default();
    registry.command::<CreateLocalUser>();
    registry.bind(&Arc::new(mock::runner(store.clone(), &Arc::new(Epochs::default()))))
}

fn caller(permissions: PermissionSet) -> Caller {
    Caller::user(&UserId::parse("root").unwrap(), None, Credential::LocalToken, permissions)
}

fn wish(identifier: &str, password: &str) -> NewLocalUser {
    NewLocalUser { identifier: identifier.into(), password: Password::new(password.into()), role: None, tier: None }
}

#[tokio::test]
async fn the_password_is_hashed_before_the_transaction() {
    let mut users = MockLocalUsers::new();
    users.expect_is_taken().return_once(|_| Ok(false));
    users.expect_insert().withf(|_, hash| hash.expose() == HASH).return_once(|_, _| Ok(()));
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_hash().times(1).returning(|_| PasswordHash::parse(HASH));
    let store = store(users);
    let root = caller(PermissionSet::all());
    let user =
        create_local_user(&operations(&store), &hasher, &root, wish("+4915112345678", "long enough")).await.unwrap();
    assert_eq!(user.identifier_type, IdentifierType::Phone);
    assert_eq!(store.journal().entries.len(), 1);
}

#[tokio::test]
async fn nothing_is_hashed_for_who_may_not_or_for_bad_input() {
    let store = store(MockLocalUsers::new());
    let (operations, hasher) = (operations(&store), MockPasswordHasher::new());
    let error =
        create_local_user(&operations, &hasher, &caller(PermissionSet::USER), wish("a@example.com", "long enough"))
            .await
            .unwrap_err();
    assert!(matches!(error, Error::Denied(Permission::UsersWrite)), "{error}");
    assert_eq!(store.journal().entries[0].status, Status::Denied);
    for (identifier, password) in [("a@example.com", "short"), ("nobody", "long enough")] {
        let root = caller(PermissionSet::all());
        let error = create_local_user(&operations, &hasher, &root, wish(identifier, password)).await.unwrap_err();
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }
}
