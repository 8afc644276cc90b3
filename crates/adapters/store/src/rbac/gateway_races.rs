//! What must hold when two commands meet.

use std::sync::Barrier;
use std::thread;

use aedile_kernel::mock::{NOW, context_of};
use aedile_kernel::{Command, Error, Permission, Result, Timestamp};
use aedile_rbac::endpoints::{CreateEndpoint, DeleteEndpoint, EndpointId, Endpoints, UpdateEndpoint};
use aedile_rbac::scopes::{DeleteScope, NewScope, Scopes, UpdateScope};
use aedile_rbac::tiers::{DeleteTier, NewTier, Tiers, UpdateTier};
use serde_json::{Value, json};

use crate::connection::Connection;
use crate::testing::{TestDatabase, in_transaction};

const ROUNDS: usize = 25;

fn command<C: Command>(input: Value) -> C {
    serde_json::from_value(input).unwrap()
}

fn run<C: Command>(
    connection: &mut Connection,
    command: &C,
    view: fn(&mut Connection) -> &mut C::Repository,
) -> Result<()> {
    let cx = context_of("boss", [Permission::ConfigWrite]);
    in_transaction(connection, |c| command.run(view(c), &cx).map(drop))
}

/// Runs two pieces of work at the same time, each on a connection of its own.
fn at_once(
    database: &TestDatabase,
    one: impl FnOnce(&mut Connection) -> Result<()> + Send,
    other: impl FnOnce(&mut Connection) -> Result<()> + Send,
) -> [Result<()>; 2] {
    let (mut first, mut second, barrier) = (database.connect(), database.connect(), Barrier::new(2));
    thread::scope(|scope| {
        let one = scope.spawn(|| {
            barrier.wait();
            one(&mut first)
        });
        let other = scope.spawn(|| {
            barrier.wait();
            other(&mut second)
        });
        [one.join().unwrap(), other.join().unwrap()]
    })
}

fn tiers(c: &mut Connection) -> &mut (dyn Tiers + 'static) {
    c
}

fn scopes(c: &mut Connection) -> &mut (dyn Scopes + 'static) {
    c
}

fn endpoints(c: &mut Connection) -> &mut (dyn Endpoints + 'static) {
    c
}

fn is_refusal(result: &Result<()>) -> bool {
    matches!(result, Err(Error::Conflict(_) | Error::Invalid(_) | Error::NotFound(_)))
}

/// Exactly one of two came through, and the other was refused rather than failed.
fn one_won(results: &[Result<()>; 2]) -> bool {
    results.iter().filter(|result| result.is_ok()).count() == 1 && results.iter().any(is_refusal)
}

#[test]
fn c_31_a_tier_never_goes_while_a_scope_comes_to_require_it() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let gold = NewTier {
                tier_name: "gold".to_owned(),
                order_rank: 7,
                rate_limit: 1,
                display_name: "Gold".to_owned(),
                description: String::new(),
                features: serde_json::Map::new(),
                is_active: true,
            };
            let mut connection = database.connect();
            in_transaction(&mut connection, |c| c.insert_tier(&gold, Timestamp::from_micros(NOW))).unwrap();
            let create: UpdateScope =
                command(json!({"scope_name": "mine", "display_name": "Mine", "required_tier": "gold"}));
            let delete: DeleteTier = command(json!({"tier_name": "gold"}));
            let results = at_once(&database, |c| run(c, &create, scopes), |c| run(c, &delete, tiers));
            assert!(one_won(&results), "round {round}: {results:?}");
            in_transaction(&mut connection, |c| {
                if let Some(scope) = c.lock_scope("mine")? {
                    assert!(c.lock_tier("gold")?.is_some());
                    c.delete_scope(scope.id)?;
                }
                c.lock_tier("gold")?.map_or(Ok(()), |tier| c.delete_tier(tier.id))
            })
            .unwrap();
        }
    }
}

#[test]
fn c_31_a_scope_never_goes_while_an_override_comes_to_require_it() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        let plain: CreateEndpoint = command(json!({"path_pattern": "/plain"}));
        run(&mut connection, &plain, endpoints).unwrap();
        for round in 0..ROUNDS {
            let mine = NewScope {
                scope_name: "mine".to_owned(),
                display_name: "Mine".to_owned(),
                description: String::new(),
                required_tier: "free".to_owned(),
                is_active: true,
            };
            in_transaction(&mut connection, |c| c.insert_scope(&mine, Timestamp::from_micros(NOW))).unwrap();
            let create: CreateEndpoint = command(json!({"path_pattern": "/x", "required_scopes": ["mine"]}));
            let update: UpdateEndpoint = command(json!({"id": 1, "required_scopes": ["mine"]}));
            let delete: DeleteScope = command(json!({"scope_name": "mine"}));
            let refer = |c: &mut Connection| {
                if round % 2 == 0 { run(c, &create, endpoints) } else { run(c, &update, endpoints) }
            };
            let results = at_once(&database, refer, |c| run(c, &delete, scopes));
            assert!(one_won(&results), "round {round}: {results:?}");
            in_transaction(&mut connection, |c| {
                let required = c.find_endpoint_requiring("mine")?.is_some();
                let scope = c.lock_scope("mine")?;
                assert_eq!(required, scope.is_some());
                for endpoint in c.list_endpoints()? {
                    let cx = context_of("boss", [Permission::ConfigWrite]);
                    match endpoint.id {
                        EndpointId(1) => {
                            let clear: UpdateEndpoint = command(json!({"id": 1, "required_scopes": null}));
                            clear.run(endpoints(c), &cx).map(drop)?;
                        }
                        id => DeleteEndpoint { id }.run(endpoints(c), &cx).map(drop)?,
                    }
                }
                scope.map_or(Ok(()), |scope| c.delete_scope(scope.id))
            })
            .unwrap();
        }
    }
}

#[test]
fn of_two_that_make_the_same_one_wins() {
    for database in TestDatabase::on_each_backend() {
        for round in 0..ROUNDS {
            let endpoint: CreateEndpoint = command(json!({"path_pattern": format!("/x{round}"), "method": "GET"}));
            let results = at_once(&database, |c| run(c, &endpoint, endpoints), |c| run(c, &endpoint, endpoints));
            assert!(one_won(&results), "round {round}: {results:?}");

            let tier = |name: &str| -> UpdateTier {
                let rank = round + 10;
                command(json!({"tier_name": name, "display_name": "T", "order_rank": rank, "rate_limit": 1}))
            };
            let (one, other) = (tier(&format!("one{round}")), tier(&format!("other{round}")));
            let results = at_once(&database, |c| run(c, &one, tiers), |c| run(c, &other, tiers));
            assert!(one_won(&results), "a rank is one tier's, round {round}: {results:?}");
        }
    }
}
