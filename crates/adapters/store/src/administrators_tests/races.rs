//! Two changes at the same moment, each of which the other's administrator would survive.

use std::sync::Barrier;

use aedile_accounts::LocalRole;
use aedile_kernel::{Error, Result};
use aedile_rbac::roles::SUPER_ADMIN;

use super::steps::{Step, Time, begin, make, who_can_act};
use crate::testing::{TestDatabase, in_transaction};

/// Everything that ends what `name` may do.
fn removals(name: &'static str) -> Vec<Step> {
    vec![
        Step::Revoke(name, SUPER_ADMIN),
        Step::Assign(name, "viewer", None),
        Step::SetLocalRole(name, LocalRole::User),
        Step::SetDisabled(name, true),
        Step::Hold(name),
        Step::RequestDeletion(name),
        Step::DeleteLocal(name),
    ]
}

fn at_once(database: &TestDatabase, steps: [&Step; 2]) -> Vec<Result<()>> {
    let start = Barrier::new(2);
    std::thread::scope(|scope| {
        let handles = steps.map(|step| {
            scope.spawn(|| {
                let mut connection = database.connect();
                start.wait();
                in_transaction(&mut connection, |c| make(c, step, &mut Time::default()))
            })
        });
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    })
}

/// Both administrators begin anew: `bob` and `ada` alone, as after an installation.
fn restore(database: &TestDatabase) {
    use crate::schema::roles::role_assignments;
    use crate::schema::users::{local_users, users};
    use diesel::prelude::*;

    in_transaction(&mut database.connect(), |c| {
        diesel::delete(role_assignments::table).execute(c).unwrap();
        diesel::delete(local_users::table).execute(c).unwrap();
        diesel::delete(users::table).execute(c).unwrap();
        begin(c);
        Ok(())
    })
    .unwrap();
}

#[test]
fn c_08_of_two_removals_at_once_one_is_refused_whatever_they_are() {
    for database in TestDatabase::on_each_backend() {
        for one in removals("ada") {
            for other in removals("bob") {
                restore(&database);
                let results = at_once(&database, [&one, &other]);
                let done = results.iter().filter(|result| result.is_ok()).count();
                let refused = results.iter().filter(|result| matches!(result, Err(Error::Conflict(_)))).count();
                assert_eq!((done, refused), (1, 1), "{one:?} and {other:?}: {results:?}");
                let able = who_can_act(&mut database.connect());
                assert!(able.iter().all(|kind| !kind.is_empty()), "{one:?} and {other:?}: {able:?}");
            }
        }
    }
}

#[test]
fn c_08_a_deletion_at_the_provider_and_a_demotion_at_once_leave_an_admin() {
    for database in TestDatabase::on_each_backend() {
        for other in [Step::Demote("bob"), Step::Hold("bob"), Step::RequestDeletion("bob")] {
            restore(&database);
            in_transaction(&mut database.connect(), |c| {
                make(c, &Step::PromoteFromConsole("user_dora"), &mut Time::default())?;
                make(c, &Step::DeleteLocal("ada"), &mut Time::default())
            })
            .unwrap();
            let results = at_once(&database, [&Step::ProviderDeletes("user_dora"), &other]);
            assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{other:?}: {results:?}");
            assert!(!who_can_act(&mut database.connect())[0].is_empty(), "{other:?}");
        }
    }
}
