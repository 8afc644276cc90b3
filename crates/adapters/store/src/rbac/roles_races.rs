//! Callers at the same moment: the rules hold on both databases.

use std::sync::Barrier;

use aedile_kernel::mock::context_of;
use aedile_kernel::{Command, Context, Error, Permission, Result, UserId};
use aedile_rbac::assignments::{AssignRole, AssignmentFilter, RevokeRole};
use aedile_rbac::principal::AccountStatus;
use aedile_rbac::roles::{CreateRole, SUPER_ADMIN};

use super::roles_contract::{add_user, assign, assignments};
use crate::connection::Connection;
use crate::testing::{TestDatabase, in_transaction};

const ROUNDS: usize = 10;

fn boss() -> Context {
    context_of("user_boss", Permission::ALL.iter().copied())
}

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
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

fn revoke(connection: &mut Connection, id: &str) -> Result<()> {
    let command = RevokeRole { clerk_user_id: user(id), role_name: SUPER_ADMIN.into() };
    command.run(assignments(connection), &boss()).map(drop)
}

fn downgrade(connection: &mut Connection, id: &str) -> Result<()> {
    let command = AssignRole { clerk_user_id: user(id), role_name: "viewer".into(), expires_at: None };
    command.run(assignments(connection), &boss()).map(drop)
}

#[test]
fn c_08_of_the_last_two_super_admins_one_stays() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        in_transaction(&mut connection, |c| {
            ["user_a", "user_b"].into_iter().for_each(|name| add_user(c, name, None, AccountStatus::Active));
            Ok(())
        })
        .unwrap();
        for round in 0..ROUNDS {
            in_transaction(&mut connection, |c| {
                assign(c, "user_a", SUPER_ADMIN, None);
                assign(c, "user_b", SUPER_ADMIN, None);
                Ok(())
            })
            .unwrap();
            let results = at_once(&database, |c| revoke(c, "user_a"), |c| downgrade(c, "user_b"));
            let refused = results.iter().filter(|r| matches!(r, Err(Error::Conflict(_)))).count();
            let done = results.iter().filter(|r| r.is_ok()).count();
            assert_eq!((done, refused), (1, 1), "round {round}: {results:?}");
            let filter = AssignmentFilter { clerk_user_id: None, role_name: Some(SUPER_ADMIN.into()) };
            assert_eq!(assignments(&mut connection).list(&filter).unwrap().len(), 1, "round {round}");
        }
    }
}

#[test]
fn c_17_of_two_creations_of_one_name_one_is_a_conflict() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let command = CreateRole {
                role_name: format!("role-{round}"),
                display_name: "A role".into(),
                description: None,
                permissions: vec!["flags:read".into()],
                requires_second_factor: false,
            };
            let create = |c: &mut Connection| command.run(c, &boss()).map(drop);
            let results = at_once(&database, create, create);
            let refused = results.iter().filter(|r| matches!(r, Err(Error::Conflict(_)))).count();
            let done = results.iter().filter(|r| r.is_ok()).count();
            assert_eq!((done, refused), (1, 1), "round {round}: {results:?}");
        }
    }
}
