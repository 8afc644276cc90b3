//! `kill -9` in the middle of grants.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::{Backend, Binary, Caller, IdentityProvider, Server, TestDatabase, eventually};

const ROUNDS: usize = 10;
const CLIENTS: usize = 8;

#[tokio::test]
async fn every_answered_grant_is_there_afterwards_and_the_books_fit() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider).with("AEDILE_RATE_ADMIN", "0");
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let root = IdentityProvider::token("user_root", true);
        let mut answered = BTreeSet::new();
        for round in 0..ROUNDS {
            let server = binary.serve(&[]).await;
            server.caller(Some(&root)).get("/api/v1/me").await.expect(200);
            answered.append(&mut grant_until_killed(server, &root, round).await);
            binary.run(&["ledger", "verify"]).expect(0);
        }
        let server = binary.serve(&[]).await;
        let kept = notes(&server.caller(Some(&root))).await;
        let lost: Vec<&String> = answered.difference(&kept).collect();
        assert!(lost.is_empty(), "{backend:?}: answered and lost: {lost:?}");
        assert!(answered.len() >= 2_000, "{backend:?}: only {}", answered.len());
        let audit = "/admin/system/audit?action=credits.grant&status=success&limit=1";
        let admin = server.caller(Some(&root));
        assert_eq!(admin.get(audit).await.expect(200).body["total"], kept.len(), "{backend:?}");
        provider.stop().await;
    }
}

/// What was said of every grant.
async fn notes(user: &Caller) -> BTreeSet<String> {
    let (mut notes, mut next) = (BTreeSet::new(), String::new());
    loop {
        let page = user.get(&format!("/api/v1/credits/ledger?limit=100{next}")).await.expect(200);
        let entries = page.body["entries"].as_array().unwrap();
        notes.extend(entries.iter().map(|entry| entry["note"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.body["next_cursor"].as_str() else { return notes };
        next = format!("&cursor={cursor}");
    }
}

/// Several clients grant until the server is killed; returns the note of every grant that was answered.
async fn grant_until_killed(server: Server, token: &str, round: usize) -> BTreeSet<String> {
    let answers = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (caller, answers) = (server.caller(Some(token)), Arc::clone(&answers));
            tokio::spawn(async move {
                let mut answered = BTreeSet::new();
                for number in 0.. {
                    let note = format!("grant-{round}-{client}-{number}");
                    let body = json!({ "email": "user_root@example.com", "amount_usd": 0.01, "note": note });
                    match caller.try_post("/api/v1/admin/credits/grant", body).await {
                        Some(200) => answered.insert(note),
                        Some(status) => panic!("a grant answered {status}"),
                        None => break,
                    };
                    answers.fetch_add(1, Ordering::Relaxed);
                }
                answered
            })
        })
        .collect();
    let is_enough = || async { answers.load(Ordering::Relaxed) >= 200 + 13 * round };
    eventually(Duration::from_secs(20), "enough grants", is_enough).await;
    server.kill();
    let mut all = BTreeSet::new();
    for client in clients {
        all.append(&mut client.await.unwrap());
    }
    all
}
