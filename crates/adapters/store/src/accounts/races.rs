//! Callers at the same moment: the rules hold on both databases.

use std::sync::Barrier;

use aedile_accounts::{
    CreateLocalUser, DeleteLocalUser, LocalRole, PasswordHash, ProvisionUser, Told, UpdateLocalUser, Users,
};
use aedile_kernel::mock::context_of;
use aedile_kernel::{Command, Context, Error, Permission, Result};

use super::contract::{add_admin, assign, id, local};
use crate::connection::Connection;
use crate::testing::{TestDatabase, in_transaction};

const ROUNDS: usize = 10;

fn root() -> Context {
    context_of("root", Permission::ALL.iter().copied())
}

/// Runs both pieces of work at the same moment, each in its own transaction.
fn at_once<A, B>(database: &TestDatabase, a: A, b: B) -> [Result<()>; 2]
where
    A: FnOnce(&mut Connection) -> Result<()> + Send,
    B: FnOnce(&mut Connection) -> Result<()> + Send,
{
    let start = Barrier::new(2);
    std::thread::scope(|scope| {
        let a = scope.spawn(|| {
            let mut connection = database.connect();
            start.wait();
            in_transaction(&mut connection, a)
        });
        let b = scope.spawn(|| {
            let mut connection = database.connect();
            start.wait();
            in_transaction(&mut connection, b)
        });
        [a.join().unwrap(), b.join().unwrap()]
    })
}

fn one_passed(results: &[Result<()>; 2]) -> bool {
    let conflicts = results.iter().filter(|result| matches!(result, Err(Error::Conflict(_)))).count();
    conflicts == 1 && results.iter().filter(|result| result.is_ok()).count() == 1
}

fn demote(connection: &mut Connection, name: &str) -> Result<()> {
    let command = UpdateLocalUser {
        id: id(name),
        role: Some(LocalRole::User),
        tier: None,
        api_disabled: None,
        must_change_password: None,
    };
    command.run(local(connection), &root()).map(drop)
}

fn disable(connection: &mut Connection, name: &str) -> Result<()> {
    let command =
        UpdateLocalUser { id: id(name), role: None, tier: None, api_disabled: Some(true), must_change_password: None };
    command.run(local(connection), &root()).map(drop)
}

fn delete(connection: &mut Connection, name: &str) -> Result<()> {
    DeleteLocalUser { id: id(name) }.run(local(connection), &root()).map(drop)
}

type Removal = fn(&mut Connection, &str) -> Result<()>;

#[test]
fn c_08_of_the_last_two_admins_one_stays() {
    let pairs: [(Removal, Removal); 3] = [(demote, demote), (delete, disable), (demote, delete)];
    for (one, other) in pairs {
        for round in 0..ROUNDS / 2 {
            for database in TestDatabase::on_each_backend() {
                let mut connection = database.connect();
                in_transaction(&mut connection, |c| {
                    add_admin(c, "ada");
                    add_admin(c, "bob");
                    Ok(())
                })
                .unwrap();
                let results = at_once(&database, |c| one(c, "ada"), |c| other(c, "bob"));
                assert!(one_passed(&results), "round {round}: {results:?}");
                let admins = in_transaction(&mut connection, |c| local(c).lock_admins()).unwrap();
                assert_eq!(admins.local.iter().filter(|admin| admin.can_act).count(), 1);
            }
        }
    }
}

#[test]
fn c_08_of_the_last_two_super_admins_one_stays() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        in_transaction(&mut connection, |c| {
            for name in ["ada", "bob", "cleo"] {
                add_admin(c, name);
            }
            assign(c, "ada", "super-admin", None);
            assign(c, "bob", "super-admin", None);
            Ok(())
        })
        .unwrap();
        let results = at_once(&database, |c| delete(c, "ada"), |c| demote(c, "bob"));
        assert!(one_passed(&results), "{results:?}");
    }
}

#[test]
fn an_identifier_goes_to_one_of_two() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let create = |seed: &'static str| {
                move |c: &mut Connection| {
                    let command = CreateLocalUser {
                        identifier: format!("ada{round}@example.com"),
                        password_hash: PasswordHash::parse("$pbkdf2-sha256$i=1,l=32$c2FsdA$aGFzaA")?,
                        role: None,
                        tier: None,
                    };
                    let cx = root();
                    // The entropy of tests repeats itself; two creations must not meet in the id instead.
                    let mut spent = [0; 16];
                    (0..round * 2 + seed.len()).for_each(|_| cx.entropy.fill(&mut spent));
                    command.run(local(c), &cx).map(drop)
                }
            };
            let results = at_once(&database, create("a"), create("bb"));
            assert!(one_passed(&results), "round {round}: {results:?}");
        }
    }
}

#[test]
fn a_user_seen_twice_at_once_is_written_down_once() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let name = format!("user_{round}");
            let provision = |c: &mut Connection| {
                let command = ProvisionUser {
                    id: id(&name),
                    email: "ada@example.com".into(),
                    email_verified: true,
                    display_name: Told::Nothing,
                };
                let users: &mut (dyn Users + 'static) = c;
                let change = command.run(users, &context_of(&name, []))?;
                assert_eq!(change.output().email.as_deref(), Some("ada@example.com"));
                Ok(())
            };
            let results = at_once(&database, provision, provision);
            assert!(results.iter().all(Result::is_ok), "round {round}: {results:?}");
        }
    }
}
