//! Every look-up by e-mail address finds the same users.

use aedile_accounts::api_keys::ApiKeys;
use aedile_accounts::local_users::LocalAccount;
use aedile_accounts::{LocalUser, User};
use aedile_billing::wallets::Wallets;
use aedile_rbac::assignments::Assignments;
use diesel::prelude::*;

use super::contract::{account, add, id, known, user};
use crate::connection::Connection;
use crate::schema::users::users;
use crate::testing::for_each_backend;

#[test]
fn an_address_belongs_to_whom_it_was_verified_for_or_who_signs_in_with_it() {
    for_each_backend(|c| {
        let shared = |name: &str| User { email: Some("boss@example.com".into()), ..user(name) };
        let found = |c: &mut Connection| {
            let wallets: &mut dyn Wallets = c;
            let by_wallet = wallets.find_by_email("boss@example.com").unwrap();
            let keys: &mut dyn ApiKeys = c;
            let owners = keys.find_owners_by_email("boss@example.com").unwrap();
            let assignments: &mut dyn Assignments = c;
            let people = assignments.lock_people_by_email("boss@example.com").unwrap();
            assert_eq!(owners.iter().map(|owner| owner.user_id.clone()).collect::<Vec<_>>(), by_wallet);
            assert_eq!(people.iter().map(|person| person.user_id.clone()).collect::<Vec<_>>(), by_wallet);
            by_wallet
        };
        known(c).insert_if_absent(&User { email_verified: false, ..shared("claims-it") }).unwrap();
        assert!(found(c).is_empty(), "an address that somebody merely claims");
        known(c).insert_if_absent(&shared("verified")).unwrap();
        assert_eq!(found(c), [id("verified")]);
        let boss = LocalUser { identifier: "boss@example.com".into(), ..account("local", 0).user };
        add(c, &LocalAccount { user: boss, explicit_tier: None });
        assert_eq!(found(c), [id("verified"), id("local")]);
        let gone = diesel::update(users::table.filter(users::id.eq("verified"))).set(users::status.eq("deleted"));
        gone.execute(c).unwrap();
        assert_eq!(found(c), [id("local")]);
        known(c).insert_if_absent(&shared("another")).unwrap();
        known(c).insert_if_absent(&shared("third")).unwrap();
        assert_eq!(found(c).len(), 2, "two are enough to be several");
    });
}
