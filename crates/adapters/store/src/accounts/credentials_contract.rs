//! What every store of sign-ins must do.

use aedile_accounts::cli_sign_in::{CliSignIns, CodeVerifier, LoopbackUri, NewCliCode};
use aedile_accounts::cli_tokens::{CliToken, CliTokens, NewCliToken, Owner, TokenProof};
use aedile_accounts::provider_events::{EventStamp, ProviderEvents, gone};
use aedile_accounts::secrets::{Secret, SecretHash};
use aedile_accounts::{AccountStatus, User, Users};
use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{Error, Timestamp, UserId};
use diesel::Connection as _;
use diesel::prelude::*;

use crate::connection::Connection;
use crate::schema::sign_ins::cli_sign_ins;
use crate::schema::users::users;
use crate::testing::for_each_backend;

pub(super) fn id(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(second)
}

pub(super) fn tokens(connection: &mut Connection) -> &mut (dyn CliTokens + 'static) {
    connection
}

pub(super) fn codes(connection: &mut Connection) -> &mut (dyn CliSignIns + 'static) {
    connection
}

pub(super) fn events(connection: &mut Connection) -> &mut (dyn ProviderEvents + 'static) {
    connection
}

pub(super) fn add(connection: &mut Connection, name: &str) {
    let user = User {
        id: id(name),
        email: Some(format!("{name}@example.com")),
        email_verified: true,
        display_name: Some(name.to_owned()),
        is_admin: false,
        status: AccountStatus::Active,
        api_disabled: false,
        tier: None,
        created_at: at(0),
        updated_at: at(0),
    };
    let known: &mut dyn Users = connection;
    assert!(known.insert_if_absent(&user).unwrap());
}

/// The `n`th secret of the tests.
pub(super) fn secret(mark: &'static str, n: usize) -> Secret {
    let entropy = SeededEntropy::default();
    (0..n).for_each(|_| drop(Secret::generate(mark, &entropy)));
    Secret::generate(mark, &entropy)
}

pub(super) fn new_token(n: usize) -> NewCliToken {
    let secret = secret(CliToken::PREFIX, n);
    NewCliToken { token_hash: secret.hash(), token_prefix: secret.prefix() }
}

pub(super) fn new_code(n: usize) -> NewCliCode {
    NewCliCode {
        code_hash: secret("", n).hash(),
        code_challenge: CodeVerifier::parse(&"v".repeat(43)).unwrap().challenge(),
        redirect_uri: LoopbackUri::parse("http://127.0.0.1:8080/callback").unwrap(),
    }
}

/// The proof of somebody who signed in with a password at a second.
pub(super) fn proof(second: i64) -> TokenProof {
    TokenProof { proved_at: at(second), has_second_factor: false }
}

fn mint(connection: &mut Connection, name: &str, n: usize) -> CliToken {
    tokens(connection).insert_token(&id(name), &new_token(n), proof(0), at(0), at(90)).unwrap()
}

#[test]
fn a_token_is_found_by_its_hash_until_it_is_revoked() {
    for_each_backend(|c| {
        add(c, "ada");
        let made = mint(c, "ada", 1);
        assert_eq!((made.user_id.as_str(), made.created_at, made.expires_at), ("ada", at(0), at(90)));
        assert_eq!(made.token_prefix, new_token(1).token_prefix);
        assert_eq!(tokens(c).find_by_hash(&new_token(1).token_hash).unwrap(), Some(made.clone()));
        assert_eq!(tokens(c).find_by_hash(&new_token(2).token_hash).unwrap(), None);
        assert_eq!(tokens(c).find_current(&id("ada")).unwrap(), Some(made.clone()));
        assert_eq!(tokens(c).find_current(&id("bob")).unwrap(), None);
        tokens(c).set_revoked(made.id, at(5)).unwrap();
        assert_eq!(tokens(c).find_by_hash(&new_token(1).token_hash).unwrap(), None);
        assert_eq!(tokens(c).find_current(&id("ada")).unwrap(), None);
        let next = mint(c, "ada", 2);
        assert_eq!(tokens(c).find_current(&id("ada")).unwrap(), Some(next));
    });
}

#[test]
fn a_later_use_is_noted() {
    for_each_backend(|c| {
        add(c, "ada");
        let made = mint(c, "ada", 1);
        for (second, noted) in [(5, 5), (9, 9), (7, 9)] {
            tokens(c).set_used(made.id, at(second)).unwrap();
            assert_eq!(tokens(c).find_current(&id("ada")).unwrap().unwrap().last_used_at, Some(at(noted)));
        }
    });
}

#[test]
fn an_owner_is_known_with_their_standing() {
    for_each_backend(|c| {
        add(c, "ada");
        let active = Owner { status: AccountStatus::Active, api_disabled: false };
        assert_eq!(tokens(c).lock_owner(&id("ada")).unwrap(), Some(active));
        assert_eq!(tokens(c).lock_owner(&id("bob")).unwrap(), None);
        diesel::update(users::table).set((users::status.eq("held"), users::api_disabled.eq(true))).execute(c).unwrap();
        let held = Owner { status: AccountStatus::Held, api_disabled: true };
        assert_eq!(tokens(c).lock_owner(&id("ada")).unwrap(), Some(held));
    });
}

#[test]
fn c_29_a_code_is_used_once_and_in_time() {
    for_each_backend(|c| {
        add(c, "ada");
        for n in 1..=2 {
            codes(c).insert_code(&id("ada"), &new_code(n), proof(0), at(0), at(300)).unwrap();
        }
        let (one, other) = (new_code(1).code_hash, new_code(2).code_hash);
        let pending = codes(c).find_code(&one).unwrap().unwrap();
        assert_eq!((pending.user_id, pending.email.as_deref()), (id("ada"), Some("ada@example.com")));
        assert_eq!((pending.code_challenge, pending.expires_at), (new_code(1).code_challenge, at(300)));
        assert!(codes(c).use_code(&one, at(299)).unwrap());
        assert!(!codes(c).use_code(&one, at(299)).unwrap(), "a second time");
        assert_eq!(codes(c).find_code(&one).unwrap(), None);
        assert!(!codes(c).use_code(&other, at(300)).unwrap(), "too late");
        assert!(!codes(c).use_code(&SecretHash::parse(&"0".repeat(64)).unwrap(), at(0)).unwrap(), "unknown");
    });
}

#[test]
fn who_asks_for_many_codes_keeps_those_that_have_not_ended() {
    for_each_backend(|c| {
        add(c, "ada");
        add(c, "bob");
        for n in 1..=9 {
            codes(c).insert_code(&id("ada"), &new_code(n), proof(0), at(0), at(300)).unwrap();
        }
        codes(c).insert_code(&id("bob"), &new_code(10), proof(0), at(0), at(1)).unwrap();
        codes(c).insert_code(&id("ada"), &new_code(11), proof(301), at(301), at(601)).unwrap();
        let users: Vec<String> = cli_sign_ins::table.select(cli_sign_ins::user_id).load(c).unwrap();
        assert_eq!(users.iter().filter(|user| *user == "ada").count(), 1, "{users:?}");
        assert!(users.iter().any(|user| user == "bob"), "others' codes are theirs");
    });
}

fn event(id: &str) -> EventStamp {
    EventStamp { id: id.into(), event_type: "user.updated".into(), at: at(0) }
}

#[test]
fn an_event_is_new_once() {
    for_each_backend(|c| {
        assert!(events(c).insert_event(&event("msg_1"), at(0)).unwrap());
        assert!(!events(c).insert_event(&event("msg_1"), at(1)).unwrap());
        assert!(events(c).insert_event(&event("msg_2"), at(1)).unwrap());
    });
}

#[test]
fn what_is_told_of_a_user_only_moves_on() {
    for_each_backend(|c| {
        let told = |c: &mut Connection, name: &str, second| events(c).advance(&id(name), at(second)).unwrap();
        assert!(told(c, "ada", 5), "of somebody unknown, too");
        assert!(told(c, "ada", 5) && told(c, "ada", 6));
        assert!(!told(c, "ada", 5));
        assert!(told(c, "bob", 1), "each for themself");
        assert!(told(c, "ada", 6));
        assert!(events(c).advance(&id("ada"), Timestamp::from_micros(i64::MAX)).unwrap());
        assert!(!told(c, "ada", 1_000_000));
    });
}

#[test]
fn whether_somebody_is_gone_at_the_provider_is_known() {
    for_each_backend(|c| {
        let is_gone = |c: &mut Connection| Users::lock_is_gone(c, &id("ada")).unwrap();
        assert!(!is_gone(c) && !is_gone(c));
        assert!(events(c).advance(&id("ada"), at(0)).unwrap(), "asking tells nothing of the user");
        assert!(!is_gone(c));
        assert!(events(c).advance(&id("ada"), gone()).unwrap());
        assert!(is_gone(c));
        assert!(!events(c).advance(&id("ada"), at(9)).unwrap());
        assert!(is_gone(c));
    });
}

#[test]
fn of_the_deleted_a_nameless_record_stays() {
    for_each_backend(|c| {
        add(c, "ada");
        add(c, "bob");
        mint(c, "ada", 1);
        mint(c, "bob", 2);
        codes(c).insert_code(&id("ada"), &new_code(1), proof(0), at(0), at(300)).unwrap();
        assert_eq!(events(c).mark_deleted(&id("ada"), at(9)).unwrap(), None);
        let known: &mut dyn Users = c;
        let gone = known.find(&id("ada")).unwrap().unwrap();
        assert_eq!((gone.status, gone.email, gone.display_name), (AccountStatus::Deleted, None, None));
        assert_eq!((gone.email_verified, gone.updated_at), (false, at(9)));
        assert_eq!(known.find(&id("bob")).unwrap().unwrap().status, AccountStatus::Active);
        assert_eq!(tokens(c).find_current(&id("ada")).unwrap(), None);
        assert_eq!(codes(c).find_code(&new_code(1).code_hash).unwrap(), None);
        assert!(tokens(c).find_current(&id("bob")).unwrap().is_some());
        assert!(events(c).mark_deleted(&id("nobody"), at(9)).is_err());
    });
}

#[test]
fn a_user_has_one_token_that_works() {
    for_each_backend(|c| {
        add(c, "ada");
        mint(c, "ada", 1);
        let again = c.transaction::<CliToken, Refused, _>(|c| {
            tokens(c).insert_token(&id("ada"), &new_token(2), proof(0), at(0), at(90)).map_err(Refused)
        });
        assert!(matches!(again, Err(Refused(Error::Conflict(_)))));
    });
}

/// What diesel asks of the error of a savepoint.
#[derive(Debug)]
struct Refused(Error);

impl From<diesel::result::Error> for Refused {
    fn from(error: diesel::result::Error) -> Self {
        Self(Error::internal(error))
    }
}
