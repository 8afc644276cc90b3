//! What the runner and the workers rely on, on both databases.

use aedile_audit::chain::{AuditChain, Finding, Verification, VerifyAudit};
use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::mock::NOW;
use aedile_kernel::{AuditEntry, Caller, Error, Journal, Message, Record, Timestamp};
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::Outbox;
use super::seals::seal;
use crate::connection::{Connection, each};
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn now() -> Timestamp {
    Timestamp::from_micros(NOW)
}

fn entry(id: i64) -> AuditEntry {
    let record = Record {
        action: None,
        resource_type: "feature_flag",
        resource_id: id.to_string(),
        old_values: Some(json!({ "enabled": false })),
        new_values: Some(json!({ "enabled": true, "note": "ä\u{1F600}" })),
        personal: Vec::new(),
    };
    AuditEntry::of_change(&Caller::system(), "flag.update", &record, now())
}

fn verify(connection: &mut Connection) -> Verification {
    let cx = aedile_kernel::mock::context(Caller::system());
    aedile_kernel::Query::run(&VerifyAudit::default(), connection, &cx).unwrap()
}

/// As somebody with the database's own rights would.
fn tamper(connection: &mut Connection, change: &str) {
    let sql = match connection {
        Connection::Sqlite(_) => {
            format!("DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete; {change}")
        }
        Connection::Postgres(_) => format!("ALTER TABLE audit_log DISABLE TRIGGER ALL; {change}"),
    };
    connection.batch_execute(&sql).unwrap();
}

#[test]
fn what_is_appended_is_sealed_and_verifies() {
    for_each_backend(|connection| {
        assert_eq!(seal(connection, now()).unwrap(), 0, "nothing to seal");
        (1..=5).for_each(|id| connection.append(&entry(id)).unwrap());
        assert_eq!(seal(connection, now()).unwrap(), 5);
        (6..=8).for_each(|id| connection.append(&entry(id)).unwrap());
        assert_eq!(seal(connection, now()).unwrap(), 3);
        connection.append(&entry(9)).unwrap();
        let newest = connection.newest_seal().unwrap().unwrap();
        assert_eq!((newest.id, newest.rows_sealed, newest.rows_total), (2, 3, 8));
        assert_eq!(verify(connection), Verification { rows: 9, unsealed_rows: 1, seals: 2, findings: vec![] });
    });
}

#[test]
fn tampering_is_named() {
    let broken = Finding::BrokenSeal { id: 1, first_audit_id: 1, last_audit_id: 5 };
    for (change, finding) in [
        ("UPDATE audit_log SET actor_id = 'other' WHERE id = 3", Finding::ChangedRow { id: 3 }),
        ("UPDATE audit_log SET new_values = NULL WHERE id = 3", Finding::ChangedRow { id: 3 }),
        ("DELETE FROM audit_log WHERE id = 3", broken.clone()),
        ("DELETE FROM audit_log WHERE id = 5", broken),
    ] {
        for_each_backend(|connection| {
            (1..=5).for_each(|id| connection.append(&entry(id)).unwrap());
            seal(connection, now()).unwrap();
            tamper(connection, change);
            assert_eq!(verify(connection).findings, std::slice::from_ref(&finding), "{change}");
        });
    }
}

#[test]
fn the_log_is_append_only() {
    for table in ["audit_log", "audit_seals"] {
        for change in [format!("UPDATE {table} SET created_at = 0"), format!("DELETE FROM {table}")] {
            for database in TestDatabase::on_each_backend() {
                let mut connection = database.connect();
                in_transaction(&mut connection, |c| {
                    c.append(&entry(1))?;
                    seal(c, now())
                })
                .unwrap();
                let error = connection.batch_execute(&change).unwrap_err().to_string();
                assert!(error.contains("append-only"), "{change}: {error}");
            }
        }
    }
}

#[test]
fn a_reply_is_found_for_its_own_request() {
    for_each_backend(|connection| {
        let key = IdempotencyKey::new("order-1", [1; 32]).unwrap();
        assert_eq!(connection.find_reply("user_a", "flag.create", &key).unwrap(), None);
        connection.store_reply("user_a", "flag.create", &key, "{}", now()).unwrap();
        assert_eq!(connection.find_reply("user_a", "flag.create", &key).unwrap(), Some("{}".to_owned()));
        assert_eq!(connection.find_reply("user_b", "flag.create", &key).unwrap(), None, "a key belongs to one caller");
        assert_eq!(connection.find_reply("user_a", "role.create", &key).unwrap(), None, "and to one operation");
        let other = IdempotencyKey::new("order-1", [2; 32]).unwrap();
        let error = connection.find_reply("user_a", "flag.create", &other).unwrap_err();
        assert!(matches!(error, Error::IdempotencyKeyReused));
    });
}

#[test]
fn a_key_in_use_is_a_conflict() {
    for database in TestDatabase::on_each_backend().into_iter().filter(|database| database.url.starts_with("postgres"))
    {
        let key = IdempotencyKey::new("order-1", [1; 32]).unwrap();
        let (mut first, mut second) = (database.connect(), database.connect());
        in_transaction(&mut first, |first| {
            first.find_reply("user_a", "flag.create", &key)?;
            let error = in_transaction(&mut second, |second| second.find_reply("user_a", "flag.create", &key));
            assert!(matches!(error, Err(Error::Conflict(_))));
            Ok(())
        })
        .unwrap();
    }
}

#[tokio::test]
async fn a_message_is_leased_once_and_comes_back_after_a_failure() {
    for database in TestDatabase::on_each_backend() {
        let message = Message { topic: "news".into(), payload: json!(["flags"]) };
        in_transaction(&mut database.connect(), |c| c.enqueue(&message, now())).unwrap();
        let store = database.store().await;
        let leased = store.lease(10, now()).await.unwrap();
        let [row] = leased.as_slice() else { panic!("one message") };
        assert_eq!((&row.message, row.attempts), (&message, 0));
        assert!(store.lease(10, now().plus_seconds(29)).await.unwrap().is_empty(), "somebody has it");
        assert_eq!(store.lease(10, now().plus_seconds(30)).await.unwrap().len(), 1, "somebody died with it");
        store.failed(row, now()).await.unwrap();
        assert!(store.lease(10, now()).await.unwrap().is_empty(), "not at once");
        let again = store.lease(10, now().plus_seconds(1)).await.unwrap();
        assert_eq!(again.first().map(|row| row.attempts), Some(1));
        store.delivered(row.id).await.unwrap();
        assert_eq!(store.waiting().await.unwrap(), 0);
        store.close().await;
    }
}

/// Rows that are committed out of order must not slip behind a seal.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_slips_behind_a_seal_while_many_write() {
    use aedile_kernel::{Fate, UnitOfWork};
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let store = store.clone();
                tokio::spawn(async move {
                    for n in 0..25 {
                        let entry = entry(writer * 100 + n);
                        let fate = if n % 5 == 0 { Fate::Rollback } else { Fate::Commit };
                        store.write(fate, move |c| c.append(&entry)).await.unwrap();
                    }
                })
            })
            .collect();
        while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
            store.seal_audit_log(now()).await.unwrap();
        }
        store.seal_audit_log(now()).await.unwrap();
        let result = store.read(|c| Ok(verify(c))).await.unwrap();
        assert_eq!((result.rows, result.unsealed_rows, result.findings.as_slice()), (160, 0, [].as_slice()));
        store.close().await;
    }
}

#[test]
fn both_trees_give_the_same_tables() {
    let tables: Vec<Vec<String>> =
        TestDatabase::on_each_backend().iter().map(|db| columns(&mut db.connect())).collect();
    for pair in tables.windows(2) {
        assert_eq!(pair[0], pair[1]);
    }
    assert!(tables[0].iter().any(|column| column.starts_with("audit_log.digest")));
}

/// `table.column nullable?` for every column, sorted; but for what searches look through, where the databases differ.
fn columns(connection: &mut Connection) -> Vec<String> {
    use diesel::sql_types::Text;
    use diesel::{QueryableByName, RunQueryDsl};
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let sql = match connection {
        Connection::Sqlite(_) => {
            "SELECT m.name || '.' || p.name || CASE WHEN p.\"notnull\" = 1 OR p.pk > 0 THEN '' ELSE ' NULL' END AS name \
             FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1"
        }
        Connection::Postgres(_) => {
            "SELECT table_name || '.' || column_name || CASE WHEN is_nullable = 'NO' THEN '' ELSE ' NULL' END AS name \
             FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '\\_\\_%'"
        }
    };
    let mut rows: Vec<Row> = each!(connection, |c| diesel::sql_query(sql).load(c)).unwrap();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows.into_iter().map(|row| row.name).filter(|name| !name.starts_with("skills_search")).collect()
}
