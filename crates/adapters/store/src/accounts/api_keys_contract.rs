//! What every store of API keys must do.

use aedile_accounts::AccountStatus;
use aedile_accounts::api_keys::{ApiKey, ApiKeyId, ApiKeys, KeyTerms, Network, NewApiKey};
use aedile_kernel::{PageRequest, Permission};
use diesel::prelude::*;
use diesel::sql_query;

use super::credentials_contract::{add, at, id, secret};
use super::forget_person;
use crate::connection::{Connection, each};
use crate::schema::users::users;
use crate::testing::for_each_backend;

fn keys(connection: &mut Connection) -> &mut (dyn ApiKeys + 'static) {
    connection
}

fn drawn(n: usize) -> NewApiKey {
    let secret = secret(ApiKey::PREFIX, n);
    NewApiKey { key_hash: secret.hash(), key_prefix: secret.prefix() }
}

fn terms() -> KeyTerms {
    KeyTerms {
        name: "bot".into(),
        description: Some("Deploys.".into()),
        owner_id: id("ada"),
        scopes: vec![Permission::AdminRead, Permission::BillingGrant],
        allowed_networks: ["192.0.2.0/24", "2001:db8::1"].map(|text| Network::parse(text).unwrap()).to_vec(),
        requests_per_minute: Some(100_000),
        expires_at: Some(at(90)),
        rotated_from: None,
    }
}

fn mint(connection: &mut Connection, n: usize) -> ApiKey {
    keys(connection).insert(&drawn(n), &terms(), "console", at(0)).unwrap()
}

fn kept(connection: &mut Connection, id: ApiKeyId) -> ApiKey {
    keys(connection).lock(id).unwrap().unwrap()
}

#[test]
fn a_key_is_kept_as_it_was_made() {
    for_each_backend(|c| {
        add(c, "ada");
        let made = mint(c, 1);
        let KeyTerms { name, description, owner_id, scopes, allowed_networks, .. } = terms();
        assert_eq!((&made.name, &made.description, &made.owner_id), (&name, &description, &owner_id));
        assert_eq!((&made.scopes, &made.allowed_networks), (&scopes, &allowed_networks));
        assert_eq!((made.requests_per_minute, made.expires_at), (Some(100_000), Some(at(90))));
        assert_eq!((made.disabled, made.rotated_from, made.replaced_by), (false, None, None));
        assert_eq!(made.owner_email.as_deref(), Some("ada@example.com"));
        assert_eq!(keys(c).find_by_hash(&drawn(1).key_hash).unwrap(), Some(made.clone()));
        assert_eq!(keys(c).find_by_hash(&drawn(2).key_hash).unwrap(), None);
        let other = mint(c, 2);
        assert_eq!(keys(c).list(&PageRequest::first()).unwrap().items, [other, made]);
    });
}

#[test]
fn keys_from_before_mean_what_they_meant() {
    for_each_backend(|c| {
        add(c, "ada");
        let before = sql_query(
            "INSERT INTO api_keys (name, key_hash, key_prefix, owner_id, scopes, created_by, created_at) \
             VALUES ('old', 'hash', 'vfc_live_abcdef', 'ada', 'admin:read', 'console', 1)",
        );
        each!(c, |c| before.execute(c)).unwrap();
        let [old] = <[ApiKey; 1]>::try_from(keys(c).list(&PageRequest::first()).unwrap().items).unwrap();
        assert!(old.admit(at(0), None).is_ok());
        assert_eq!((old.description, old.requests_per_minute, old.last_used_ip), (None, None, None));
    });
}

#[test]
fn an_update_writes_what_can_be_updated() {
    for_each_backend(|c| {
        add(c, "ada");
        let (made, other) = (mint(c, 1), mint(c, 2));
        let changed = ApiKey {
            name: "ci".into(),
            description: None,
            allowed_networks: Vec::new(),
            requests_per_minute: None,
            disabled: true,
            ..made.clone()
        };
        keys(c).update(&ApiKey { scopes: vec![Permission::AdminWrite], expires_at: None, ..changed.clone() }).unwrap();
        assert_eq!(kept(c, made.id), changed, "its scopes and its expiry stay");
        assert_eq!(kept(c, other.id), other);
        assert!(keys(c).update(&ApiKey { id: ApiKeyId(99), ..made }).is_err());
    });
}

#[test]
fn a_key_is_replaced_once() {
    for_each_backend(|c| {
        add(c, "ada");
        let old = mint(c, 1);
        let again = KeyTerms { rotated_from: Some(old.id), ..terms() };
        let new = keys(c).insert(&drawn(2), &again, "console", at(1)).unwrap();
        keys(c).set_replaced(old.id, new.id, at(30)).unwrap();
        assert_eq!((new.rotated_from, new.expires_at), (Some(old.id), Some(at(90))));
        let replaced = ApiKey { replaced_by: Some(new.id), expires_at: Some(at(30)), ..old };
        assert_eq!(kept(c, replaced.id), replaced);
        assert!(keys(c).insert(&drawn(3), &again, "console", at(2)).is_err());
    });
}

#[test]
fn a_later_use_is_noted_with_its_address() {
    for_each_backend(|c| {
        add(c, "ada");
        let made = mint(c, 1);
        for (second, address, noted) in [
            (5, "192.0.2.7", (5, "192.0.2.7")),
            (9, "2001:db8::1", (9, "2001:db8::1")),
            (7, "192.0.2.8", (9, "2001:db8::1")),
        ] {
            keys(c).set_used(made.id, Some(address.parse().unwrap()), at(second)).unwrap();
            let found = kept(c, made.id);
            assert_eq!((found.last_used_at, found.last_used_ip.as_deref()), (Some(at(noted.0)), Some(noted.1)));
        }
        keys(c).set_used(made.id, None, at(11)).unwrap();
        assert_eq!((kept(c, made.id).last_used_at, kept(c, made.id).last_used_ip), (Some(at(11)), None));
    });
}

#[test]
fn c_12_a_key_may_do_what_its_owner_may_now() {
    for_each_backend(|c| {
        add(c, "ada");
        let made = mint(c, 1);
        for (is_admin, may_grant) in [(true, true), (false, false)] {
            diesel::update(users::table).set(users::is_admin.eq(is_admin)).execute(c).unwrap();
            let rights = keys(c).find_key_rights(&made, at(0)).unwrap().unwrap();
            assert_eq!(rights.permissions.contains(Permission::BillingGrant), may_grant);
            assert!(!rights.permissions.contains(Permission::BillingWrite), "it is none of its scopes");
            assert_eq!(rights.state.status, AccountStatus::Active);
        }
        let of_nobody = ApiKey { owner_id: id("nobody"), ..made };
        assert_eq!(keys(c).find_key_rights(&of_nobody, at(0)).unwrap(), None);
    });
}

#[test]
fn of_a_person_who_was_deleted_a_key_tells_nothing() {
    for_each_backend(|c| {
        add(c, "ada");
        let made = mint(c, 1);
        keys(c).set_used(made.id, Some("192.0.2.7".parse().unwrap()), at(5)).unwrap();
        forget_person(c, &id("ada"), at(9)).unwrap();
        let left = kept(c, made.id);
        assert_eq!((left.name.as_str(), left.description, left.last_used_ip), ("", None, None));
        assert_eq!((left.allowed_networks, left.revoked_at), (vec![], Some(at(9))));
    });
}
