//! What must hold when many publish at once.

use std::sync::Barrier;

use aedile_catalog::packages::Downloads;
use aedile_catalog::skills::{ImportSkill, PublishSkill};
use aedile_kernel::mock::context_of;
use aedile_kernel::{Command, Error, Permission, Result};
use serde_json::{Value, json};

use super::skills_contract::{category, seller, skills};
use crate::connection::Connection;
use crate::testing::{TestDatabase, in_transaction};

const AT_ONCE: usize = 20;

fn prepared(database: &TestDatabase) {
    in_transaction(&mut database.connect(), |c| {
        category(c, "tools", "Tools", "");
        (0..AT_ONCE).for_each(|number| seller(c, &format!("seller-{number}"), true));
        Ok(())
    })
    .unwrap();
}

fn publish(connection: &mut Connection, user: &str, version: &str) -> Result<()> {
    let command: PublishSkill = serde_json::from_value(json!({
        "name": "Hello", "description": "D", "category": "tools", "price_cents": 0, "version": version,
        "package": {"artifact": "a", "sha256": "b", "size_bytes": 1, "entries": 1},
    }))
    .unwrap();
    command.run(skills(connection), &context_of(user, [])).map(drop)
}

fn import(connection: &mut Connection, input: Value) -> Result<()> {
    let command: ImportSkill = serde_json::from_value(input).unwrap();
    command.run(skills(connection), &context_of("admin", [Permission::AdminWrite])).map(drop)
}

/// Does the same so many times at once, each on a connection of its own: one comes through, the others conflict.
fn one_of(database: &TestDatabase, work: impl Fn(&mut Connection, usize) -> Result<()> + Sync) {
    let (work, start) = (&work, &Barrier::new(AT_ONCE));
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let attempt = |number| {
            scope.spawn(move || {
                let mut connection = database.connect();
                start.wait();
                in_transaction(&mut connection, |c| work(c, number))
            })
        };
        let attempts: Vec<_> = (0..AT_ONCE).map(attempt).collect();
        attempts.into_iter().map(|attempt| attempt.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(Error::Conflict(_)))), "{results:?}");
}

#[test]
fn c_31_a_slug_becomes_one_skill() {
    for database in TestDatabase::on_each_backend() {
        prepared(&database);
        one_of(&database, |c, number| publish(c, &format!("seller-{number}"), "1.0.0"));
    }
}

#[test]
fn c_31_a_version_is_published_once() {
    for database in TestDatabase::on_each_backend() {
        prepared(&database);
        in_transaction(&mut database.connect(), |c| publish(c, "seller-0", "1.0.0")).unwrap();
        one_of(&database, |c, _| publish(c, "seller-0", "1.1.0"));
        let newest = in_transaction(&mut database.connect(), |c| c.find_offer("hello")).unwrap();
        assert_eq!(newest.unwrap().version.as_deref(), Some("1.1.0"));
    }
}

#[test]
fn c_31_a_skill_is_imported_once() {
    for database in TestDatabase::on_each_backend() {
        prepared(&database);
        one_of(&database, |c, number| {
            import(
                c,
                json!({
                    "registry": "r", "external_id": "x", "name": "N", "description": "D", "category": "tools",
                    "slug": format!("slug-{number}"),
                }),
            )
        });
    }
}
