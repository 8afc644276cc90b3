//! What every store of passwords must do.

use aedile_accounts::password_changes::{LocalPasswords, NewReset};
use aedile_accounts::sessions::{Ending, Sessions};
use aedile_accounts::{Identifier, LocalUsers, PasswordHash};
use aedile_kernel::UserId;

use super::contract::account;
use super::credentials_contract::{add, at, id, secret};
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn passwords(connection: &mut Connection) -> &mut (dyn LocalPasswords + 'static) {
    connection
}

fn hash(mark: &str) -> PasswordHash {
    PasswordHash::parse(&format!("$a$b$c${mark}")).unwrap()
}

fn add_local(connection: &mut Connection, name: &str) -> UserId {
    let users: &mut dyn LocalUsers = connection;
    users.insert(&account(name, 0), &hash("old")).unwrap();
    id(name)
}

fn link(n: usize, user: &UserId, second: i64) -> NewReset {
    let token_hash = secret("aed_pwd_", n).hash();
    NewReset { token_hash, user_id: user.clone(), created_at: at(second), expires_at: at(second + 100) }
}

#[test]
fn a_password_is_kept_and_ends_all_sessions() {
    for_each_backend(|c| {
        let ada = add_local(c, "ada");
        add(c, "bob");
        let identifier = passwords(c).identifier_of(&ada).unwrap().unwrap();
        assert_eq!(passwords(c).find_user(&Identifier::parse(&identifier).unwrap()).unwrap(), Some(ada.clone()));
        assert_eq!(passwords(c).identifier_of(&id("bob")).unwrap(), None, "who signs in elsewhere");
        assert_eq!(passwords(c).lock(&id("bob")).unwrap(), None);
        assert_eq!(passwords(c).lock(&ada).unwrap().unwrap().password_hash, hash("old"));
        passwords(c).set_password(&ada, &hash("new"), at(5)).unwrap();
        passwords(c).end_sessions(&ada, Ending::PasswordChanged, at(5)).unwrap();
        let known = passwords(c).lock(&ada).unwrap().unwrap();
        assert_eq!((known.password_hash, known.account.user.updated_at), (hash("new"), at(5)));
        let sessions: &mut dyn Sessions = c;
        assert_eq!(sessions.all_ended_at(&ada).unwrap(), Some(at(5)));
    });
}

#[test]
fn a_link_is_good_once_and_for_its_time() {
    for_each_backend(|c| {
        let ada = add_local(c, "ada");
        assert_eq!(passwords(c).newest_link_at(&ada).unwrap(), None);
        for (n, second) in [(1, 0), (2, 10), (3, 20)] {
            passwords(c).insert_link(&link(n, &ada, second)).unwrap();
        }
        assert_eq!(passwords(c).newest_link_at(&ada).unwrap(), Some(at(20)));
        let hash_of = |n| link(n, &id("ada"), 0).token_hash;
        assert_eq!(passwords(c).take_link(&hash_of(1), at(99)).unwrap(), Some(ada.clone()));
        assert_eq!(passwords(c).take_link(&hash_of(1), at(99)).unwrap(), None, "used");
        assert_eq!(passwords(c).take_link(&hash_of(2), at(110)).unwrap(), None, "over");
        passwords(c).void_links(&ada, at(100)).unwrap();
        assert_eq!(passwords(c).take_link(&hash_of(3), at(100)).unwrap(), None, "void");
        assert_eq!(passwords(c).take_link(&hash_of(4), at(100)).unwrap(), None, "unknown");
    });
}
