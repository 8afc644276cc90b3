//! What every store of second factors must do.

use aedile_accounts::second_factor::{KnownApp, RecoveryCode, SecondFactors, Seed};
use aedile_accounts::secrets::SecretHash;
use aedile_accounts::sessions::{Ending, NewSession, Origin, Proof, Sessions};
use aedile_accounts::{LocalUsers, PasswordHash, SignIns};
use aedile_kernel::mock::SeededEntropy;
use aedile_rbac::principal::Principals;

use super::contract::account;
use super::credentials_contract::{add, at, id, new_token, proof, tokens};
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn factors(connection: &mut Connection) -> &mut (dyn SecondFactors + 'static) {
    connection
}

fn add_local(connection: &mut Connection, name: &str) {
    let users: &mut dyn LocalUsers = connection;
    users.insert(&account(name, 0), &PasswordHash::parse("$a$b$c$d").unwrap()).unwrap();
}

fn seed(digit: &str) -> Seed {
    Seed::try_from(digit.repeat(32)).unwrap()
}

fn codes() -> Vec<SecretHash> {
    RecoveryCode::generate(&SeededEntropy::default()).iter().map(|code| code.hash().unwrap()).collect()
}

#[test]
fn an_app_is_begun_anew_until_it_is_confirmed_and_removed_whole() {
    for_each_backend(|c| {
        add_local(c, "ada");
        add(c, "bob");
        let ada = id("ada");
        assert!(factors(c).find_identifier(&ada).unwrap().is_some() && factors(c).lock_user(&ada).unwrap().is_some());
        assert!(factors(c).find_identifier(&id("bob")).unwrap().is_none(), "who signs in elsewhere");
        factors(c).put_app(&ada, &seed("1"), at(1)).unwrap();
        factors(c).put_app(&ada, &seed("2"), at(2)).unwrap();
        let begun = KnownApp { seed: seed("2"), confirmed_at: None, last_step: 0 };
        assert_eq!(factors(c).find_app(&ada).unwrap(), Some(begun.clone()));
        let has_factor = |c: &mut Connection| Principals::find(c, &id("ada")).unwrap().unwrap().has_second_factor;
        assert!(!has_factor(c));
        factors(c).confirm_app(&ada, at(3)).unwrap();
        factors(c).set_last_step(&ada, 7).unwrap();
        let confirmed = KnownApp { confirmed_at: Some(at(3)), last_step: 7, ..begun };
        assert_eq!(factors(c).find_app(&ada).unwrap(), Some(confirmed));
        assert!(has_factor(c));
        factors(c).replace_recovery_codes(&ada, &codes(), at(3)).unwrap();
        factors(c).remove_all(&ada).unwrap();
        assert_eq!(factors(c).find_app(&ada).unwrap(), None);
        assert_eq!(factors(c).recovery_codes_left(&ada).unwrap(), 0);
        assert!(!has_factor(c));
    });
}

#[test]
fn a_recovery_code_is_good_once_and_for_its_owner() {
    for_each_backend(|c| {
        add_local(c, "ada");
        add_local(c, "eve");
        let (ada, eve, codes) = (id("ada"), id("eve"), codes());
        factors(c).replace_recovery_codes(&ada, &codes, at(1)).unwrap();
        assert!(!factors(c).use_recovery_code(&eve, &codes[0], at(2)).unwrap(), "of another user");
        assert!(factors(c).use_recovery_code(&ada, &codes[0], at(2)).unwrap());
        assert!(!factors(c).use_recovery_code(&ada, &codes[0], at(2)).unwrap(), "used");
        assert_eq!(factors(c).recovery_codes_left(&ada).unwrap(), 9);
        factors(c).replace_recovery_codes(&ada, &codes[..2], at(3)).unwrap();
        assert_eq!(factors(c).recovery_codes_left(&ada).unwrap(), 2, "the former are gone");
    });
}

#[test]
fn a_proof_is_noted_on_the_session_or_the_command_line() {
    for_each_backend(|c| {
        add_local(c, "ada");
        let new = NewSession {
            id: "session-1".into(),
            user_id: id("ada"),
            proofs: vec![Proof::Pwd],
            started_at: at(10),
            expires_at: at(1_000),
            seen_at: at(20),
            origin: Origin::default(),
        };
        Sessions::insert(c, &new).unwrap();
        let state = |c: &mut Connection| {
            let state = Sessions::find_state(c, "session-1").unwrap().unwrap();
            (state.proved_at, state.has_second_factor)
        };
        assert_eq!(state(c), (at(10), false));
        factors(c).note_proof("session-1", Proof::Pwd, at(30)).unwrap();
        assert_eq!(state(c), (at(30), false));
        factors(c).note_proof("session-1", Proof::Otp, at(40)).unwrap();
        factors(c).note_proof("session-1", Proof::Otp, at(50)).unwrap();
        assert_eq!(state(c), (at(50), true));

        // Under another ID all of it goes on, once.
        let renewed = SignIns::renew_session(c, &id("ada"), "session-1", "session-2", at(55)).unwrap().unwrap();
        assert_eq!(renewed.expires_at, at(1_000));
        assert_eq!(SignIns::renew_session(c, &id("ada"), "session-1", "session-3", at(56)).unwrap(), None);
        assert_eq!(SignIns::renew_session(c, &id("eve"), "session-2", "session-3", at(56)).unwrap(), None);
        let former = Sessions::find_state(c, "session-1").unwrap().unwrap();
        let state = Sessions::find_state(c, "session-2").unwrap().unwrap();
        assert_eq!((former.ended, state.ended), (Some(Ending::Renewed), None));
        assert_eq!((state.proved_at, state.has_second_factor), (at(50), true));

        let token = tokens(c).insert_token(&id("ada"), &new_token(1), proof(10), at(10), at(900)).unwrap();
        assert_eq!(token.proof, proof(10));
        factors(c).note_proof(&format!("cli_{}", token.id), Proof::Otp, at(60)).unwrap();
        let known = tokens(c).find_current(&id("ada")).unwrap().unwrap().proof;
        assert_eq!((known.proved_at, known.has_second_factor), (at(60), true));
    });
}
