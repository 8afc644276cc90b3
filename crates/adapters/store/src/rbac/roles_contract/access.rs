//! What callers may do, read again inside a write.

use std::sync::Arc;

use aedile_accounts::admins::DemoteAdmin;
use aedile_accounts::api_keys::{ApiKey, ApiKeys, KeyTerms, Network, NewApiKey};
use aedile_accounts::cli_tokens::{CliToken, CliTokens, NewCliToken, TokenProof};
use aedile_accounts::profile::UpdateProfile;
use aedile_accounts::secrets::Secret;
use aedile_kernel::mock::{self, SeededEntropy};
use aedile_kernel::{
    Access as _, Authority, Basis, Caller, Credential, Epochs, Error, Permission, PermissionSet, Request, Result,
    Rights,
};
use aedile_rbac::principal::{AccountStatus, LocalRole};
use aedile_rbac::roles::Role;
use diesel::prelude::*;

use super::{add_local, add_user, assign, assignments, flag_manager, now, principal, roles, user};
use crate::connection::{Connection, on_postgres};
use crate::database_url::Access;
use crate::schema::users::{local_users, users};
use crate::testing::{TestDatabase, for_each_backend, in_transaction};
use crate::transaction;

const FLAG: &[Authority] = &[Authority::AdminFlag];
const KEY: &[Authority] = &[Authority::ApiKey];
const ROLE: &[Authority] = &[Authority::Role];

fn caller(credential: Credential, authorities: &'static [Authority]) -> Caller {
    let basis = Basis::Rows { authorities, has_admin_claim: true, expires_at: None };
    Caller { basis, ..Caller::user(&user("user_a"), None, credential, PermissionSet::all()) }
}

fn rights(connection: &mut Connection, caller: &Caller) -> Result<Rights> {
    connection.find_rights(caller, now())
}

fn may(connection: &mut Connection, caller: &Caller, permission: Permission) -> bool {
    rights(connection, caller).unwrap().permissions.contains(permission)
}

#[track_caller]
fn is_gone(connection: &mut Connection, caller: &Caller) {
    let refused = rights(connection, caller);
    assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
}

fn set_admin(connection: &mut Connection, is_admin: bool) {
    diesel::update(users::table).set(users::is_admin.eq(is_admin)).execute(connection).unwrap();
}

#[test]
fn the_flag_and_the_state_of_an_account_are_those_of_its_row() {
    for_each_backend(|c| {
        let caller = caller(Credential::ProviderToken, FLAG);
        is_gone(c, &caller);
        add_user(c, "user_a", None, AccountStatus::Active);
        assert!(!may(c, &caller, Permission::AdminWrite));
        set_admin(c, true);
        assert!(may(c, &caller, Permission::AdminWrite));
        for status in AccountStatus::ALL {
            for api_disabled in [false, true] {
                let state = (users::status.eq(status.as_str()), users::api_disabled.eq(api_disabled));
                diesel::update(users::table).set(state).execute(c).unwrap();
                let found = rights(c, &caller).unwrap().state;
                assert_eq!((found.status, found.api_disabled), (status, api_disabled));
            }
        }
    });
}

#[test]
fn a_role_counts_while_it_is_assigned_active_and_not_over() {
    for_each_backend(|c| {
        let caller = caller(Credential::ProviderToken, ROLE);
        add_user(c, "user_a", None, AccountStatus::Active);
        let role = roles(c).insert(&flag_manager()).unwrap();
        assert!(!may(c, &caller, Permission::FlagsWrite));
        assign(c, "user_a", "flag-manager", None);
        assert!(may(c, &caller, Permission::FlagsWrite));
        assign(c, "user_a", "flag-manager", Some(0));
        assert!(!may(c, &caller, Permission::FlagsWrite), "it is over");
        assign(c, "user_a", "flag-manager", Some(1));
        assert!(may(c, &caller, Permission::FlagsWrite));
        roles(c).update(&Role { permissions: vec![Permission::AdminRead], ..role.clone() }).unwrap();
        assert!(!may(c, &caller, Permission::FlagsWrite), "it permits less");
        roles(c).update(&Role { is_active: false, ..role.clone() }).unwrap();
        assert!(!may(c, &caller, Permission::FlagsWrite), "it is switched off");
        roles(c).update(&role).unwrap();
        assert!(may(c, &caller, Permission::FlagsWrite));
        assignments(c).delete(&user("user_a")).unwrap();
        assert!(!may(c, &caller, Permission::FlagsWrite), "it was taken away");
    });
}

#[test]
fn the_claim_of_a_local_user_is_that_of_their_row() {
    for_each_backend(|c| {
        let caller = caller(Credential::LocalToken, ROLE);
        add_user(c, "user_a", None, AccountStatus::Active);
        assign(c, "user_a", "viewer", None);
        assert!(!may(c, &caller, Permission::AdminArea), "no local user");
        add_local(c, "user_a", LocalRole::Admin);
        assert!(may(c, &caller, Permission::AuditRead));
        diesel::update(local_users::table).set(local_users::role.eq("user")).execute(c).unwrap();
        assert!(!may(c, &caller, Permission::AdminArea));
    });
}

#[test]
fn a_key_counts_until_it_is_revoked_or_over_and_reaches_as_far_as_its_owner() {
    for_each_backend(|c| {
        add_user(c, "user_a", None, AccountStatus::Active);
        set_admin(c, true);
        let secret = Secret::generate(ApiKey::PREFIX, &SeededEntropy::default());
        let new = NewApiKey { key_hash: secret.hash(), key_prefix: secret.prefix() };
        let terms = KeyTerms {
            name: "bot".into(),
            description: None,
            owner_id: user("user_a"),
            scopes: vec![Permission::AdminRead],
            allowed_networks: Vec::new(),
            requests_per_minute: None,
            expires_at: Some(now().plus_seconds(1)),
            rotated_from: None,
        };
        let key = ApiKeys::insert(c, &new, &terms, "user_a", now()).unwrap();
        let caller = caller(Credential::ApiKey(key.id.to_text()), KEY);
        assert!(may(c, &caller, Permission::AdminRead) && !may(c, &caller, Permission::AdminWrite));
        set_admin(c, false);
        assert!(!may(c, &caller, Permission::AdminRead), "its owner may no longer");
        set_admin(c, true);
        let late = c.find_rights(&caller, now().plus_seconds(1));
        assert!(matches!(late, Err(Error::Unauthenticated(_))), "{late:?}");
        is_gone(c, &Caller { credential: Credential::ApiKey("key_99".into()), ..caller.clone() });
        ApiKeys::update(c, &ApiKey { disabled: true, ..key.clone() }).unwrap();
        is_gone(c, &caller);
        let networks = vec![Network::parse("192.0.2.0/24").unwrap()];
        ApiKeys::update(c, &ApiKey { allowed_networks: networks, ..key.clone() }).unwrap();
        for (address, works) in [(Some("192.0.2.7"), true), (Some("198.51.100.7"), false), (None, false)] {
            let request = Request { ip_address: address.map(str::to_owned), ..Request::default() };
            let found = rights(c, &Caller { request, ..caller.clone() });
            assert!(if works { found.is_ok() } else { matches!(found, Err(Error::Forbidden(_))) }, "{address:?}");
        }
        ApiKeys::update(c, &key).unwrap();
        assert!(may(c, &caller, Permission::AdminRead), "it is enabled again, for anywhere");
        ApiKeys::set_revoked(c, key.id, now()).unwrap();
        is_gone(c, &caller);
    });
}

#[test]
fn a_command_line_token_counts_until_it_is_revoked_or_over() {
    for_each_backend(|c| {
        add_user(c, "user_a", None, AccountStatus::Active);
        let (_, new) = NewCliToken::generate(&SeededEntropy::default());
        let proof = TokenProof { proved_at: now(), has_second_factor: false };
        let token: CliToken =
            CliTokens::insert_token(c, &user("user_a"), &new, proof, now(), now().plus_seconds(1)).unwrap();
        let caller = caller(Credential::CliToken(token.id.0), FLAG);
        assert!(may(c, &caller, Permission::Own));
        let late = c.find_rights(&caller, now().plus_seconds(1));
        assert!(matches!(late, Err(Error::Unauthenticated(_))), "{late:?}");
        CliTokens::set_revoked(c, token.id, now()).unwrap();
        is_gone(c, &caller);
    });
}

/// Whether somebody waits for a lock. Writers of SQLite wait unseen.
fn is_awaited(connection: &mut Connection) -> bool {
    #[derive(diesel::QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        is_so: bool,
    }
    let waiting: QueryResult<Option<Waiting>> = on_postgres!(connection, |c| {
        diesel::sql_query("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted) AS is_so").get_result(c).map(Some)
    });
    waiting.unwrap().is_none_or(|waiting| waiting.is_so)
}

/// A command that found the account in use, and then waited for whoever deleted it, must not bring the name back.
#[tokio::test]
async fn a_command_on_oneself_waits_for_whoever_changes_the_account_and_follows_that() {
    for database in TestDatabase::on_each_backend() {
        let runner = mock::runner(database.store().await, &Arc::new(Epochs::default()));
        let (mut connection, mut observer) = (database.connect(), database.connect());
        in_transaction(&mut connection, |c| {
            add_user(c, "user_a", None, AccountStatus::Active);
            Ok(())
        })
        .unwrap();
        transaction::begin(&mut connection, Access::Write).unwrap();
        diesel::update(users::table).set(users::status.eq("deleted")).execute(&mut connection).unwrap();
        let caller = caller(Credential::ProviderToken, FLAG);
        let command = UpdateProfile { display_name: Some(Some("Ada".into())), marketing_opt_in: None };
        let deleted = async {
            while !is_awaited(&mut observer) {
                tokio::task::yield_now().await;
            }
            transaction::commit(&mut connection).unwrap();
        };
        let (refused, ()) = tokio::join!(runner.command(&caller, command), deleted);
        assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
        assert_eq!(principal(&mut connection, "user_a").unwrap().display_name, None);
        runner.store().close().await;
    }
}

/// Whoever comes second was demoted by whoever came first.
#[tokio::test]
async fn of_two_admins_who_demote_each_other_one_stays_an_admin() {
    for database in TestDatabase::on_each_backend() {
        let runner = mock::runner(database.store().await, &Arc::new(Epochs::default()));
        let mut connection = database.connect();
        in_transaction(&mut connection, |c| {
            ["user_a", "user_b", "user_c"].into_iter().for_each(|id| add_user(c, id, None, AccountStatus::Active));
            Ok(())
        })
        .unwrap();
        for round in 0..10 {
            set_admin(&mut connection, true);
            let demote = async |by: &str, whom: &str| {
                let caller = Caller { user_id: Some(user(by)), ..caller(Credential::ProviderToken, FLAG) };
                runner.command(&caller, DemoteAdmin { user_id: user(whom) }).await
            };
            let (one, other) = tokio::join!(demote("user_a", "user_b"), demote("user_b", "user_a"));
            let results = [one, other];
            let denied = results.iter().filter(|result| matches!(result, Err(Error::Denied(_)))).count();
            let done = results.iter().filter(|result| result.is_ok()).count();
            assert_eq!((done, denied), (1, 1), "round {round}: {results:?}");
        }
        runner.store().close().await;
    }
}
