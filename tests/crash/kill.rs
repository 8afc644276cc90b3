//! `kill -9` in the middle of writes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Backend, Binary, Caller, IdentityProvider, Server, TestDatabase, eventually};

const ROUNDS: usize = 5;
const CLIENTS: usize = 6;

/// A kind of write: where it goes, what is sent under a name, and where the names are found again.
struct Kind {
    path: &'static str,
    body: fn(&str) -> Value,
    list: &'static str,
    rows: &'static str,
    name: &'static str,
    action: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        path: "/admin/system/flags",
        body: |name| json!({ "flag_name": name }),
        list: "/admin/system/flags",
        rows: "flags",
        name: "flag_name",
        action: "flag.create",
    },
    Kind {
        path: "/admin/system/roles",
        body: |name| json!({ "role_name": name, "display_name": name, "permissions": ["admin:read"] }),
        list: "/admin/system/roles",
        rows: "roles",
        name: "role_name",
        action: "role.create",
    },
    Kind {
        path: "/admin/system/roles/assign",
        body: |name| json!({ "clerk_user_id": name, "role_name": "viewer" }),
        list: "/admin/system/roles/assignments?role_name=viewer",
        rows: "assignments",
        name: "clerk_user_id",
        action: "role.assign",
    },
];

#[tokio::test]
async fn every_answered_write_is_there_afterwards_and_the_audit_log_is_whole() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider).with("AEDILE_RATE_ADMIN", "0");
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let root = IdentityProvider::token("user_root", true);
        let mut answered = BTreeSet::new();
        for round in 0..ROUNDS {
            let server = binary.serve(&[]).await;
            let before = answered.len();
            answered.append(&mut write_until_killed(server, &root, round).await);
            assert!(answered.len() >= before + 30, "round {round} wrote little");
            binary.run(&["audit", "verify"]).expect(0);
        }
        let server = binary.serve(&[]).await;
        let admin = server.caller(Some(&root));
        for kind in &KINDS {
            let kept = names(&admin, kind).await;
            let lost: Vec<&String> =
                answered.iter().filter(|(path, _)| *path == kind.path).map(|(_, name)| name).collect();
            let lost: Vec<_> = lost.into_iter().filter(|name| !kept.contains(*name)).collect();
            assert!(lost.is_empty(), "{backend:?}: answered and lost: {lost:?}");
            // Whether it was answered or not: what is there has its one audit row, and no row tells of what is not there.
            let audit = format!("/admin/system/audit?action={}&actor_id=user_root&status=success&limit=1", kind.action);
            assert_eq!(admin.get(&audit).await.expect(200).body["total"], kept.len(), "{backend:?}: {}", kind.action);
        }
        binary.run(&["audit", "verify"]).expect(0);
        provider.stop().await;
    }
}

/// The names of what tests made of this kind.
async fn names(admin: &Caller, kind: &Kind) -> BTreeSet<String> {
    let list = admin.get(kind.list).await.expect(200).body[kind.rows].clone();
    let names = list.as_array().unwrap().iter().map(|row| row[kind.name].as_str().unwrap().to_owned());
    names.filter(|name| name.starts_with("made-")).collect()
}

/// Several clients write until the server is killed; returns the path and name of every write that was answered.
async fn write_until_killed(server: Server, token: &str, round: usize) -> BTreeSet<(&'static str, String)> {
    let answers = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (caller, answers) = (server.caller(Some(token)), Arc::clone(&answers));
            let kind = &KINDS[client % KINDS.len()];
            tokio::spawn(async move {
                let mut answered = BTreeSet::new();
                for n in 0.. {
                    let name = format!("made-{round}-{client}-{n}");
                    match caller.try_post(kind.path, (kind.body)(&name)).await {
                        Some(200 | 201) => answered.insert((kind.path, name)),
                        Some(status) => panic!("{} answered {status}", kind.path),
                        None => break,
                    };
                    answers.fetch_add(1, Ordering::Relaxed);
                }
                answered
            })
        })
        .collect();
    let enough = 40 + 17 * round;
    let is_enough = || async { answers.load(Ordering::Relaxed) >= enough };
    eventually(Duration::from_secs(10), "enough writes", is_enough).await;
    server.kill();
    let mut all = BTreeSet::new();
    for client in clients {
        all.append(&mut client.await.unwrap());
    }
    all
}
