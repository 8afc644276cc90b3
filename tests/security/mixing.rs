//! Under load everybody gets their own answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;

use super::{assign, revoke};
use crate::support::{Backend, Caller, IdentityProvider, TestApp};

const REQUESTS: usize = 20_000;
const AT_ONCE: usize = 64;
const PATHS: [&str; 4] =
    ["/admin/system/my-permissions", "/admin/system/my-context", "/v1/flags", "/admin/system/tiers"];

/// Somebody, and what each path answers them.
struct Somebody {
    caller: Caller,
    answers: Vec<(u16, String)>,
}

/// All share one client, and so the same connections.
async fn somebody(anyone: &Caller, token: Option<&str>) -> Somebody {
    let caller = match token {
        Some(token) => anyone.with_header("Authorization", &format!("Bearer {token}")),
        None => anyone.clone(),
    };
    let mut answers = Vec::new();
    for path in PATHS {
        let reply = caller.get(path).await;
        answers.push((reply.status, reply.text));
    }
    Somebody { caller, answers }
}

/// Eight roles, three users without any, an admin by claim alone, a super-admin, and nobody; each with a flag of their own.
async fn everybody(app: &TestApp, admin: &Caller) -> Vec<Somebody> {
    let permissions = ["audit:read", "metrics:read", "config:read", "users:read", "flags:read", "roles:write"];
    let mut tokens = vec![admin.token().to_owned(), IdentityProvider::token("user_claim", true)];
    for i in 0..8_usize {
        let user = format!("user_mixed_{i}");
        let mut own: Vec<&str> = (0..6).filter(|bit| (i + 9) >> bit & 1 == 1).map(|bit| permissions[bit]).collect();
        own.extend(i.is_multiple_of(2).then_some("admin:read"));
        super::holder(app, admin, &user, &own).await;
        tokens.push(IdentityProvider::token(&user, true));
    }
    tokens.extend((0..3).map(|i| IdentityProvider::token(&format!("user_plain_{i}"), false)));
    let users = (0..8).map(|i| format!("user_mixed_{i}")).chain((0..3).map(|i| format!("user_plain_{i}")));
    for user in users {
        let flag = json!({ "flag_name": format!("of-{user}"), "enabled": true, "rollout_percentage": 0, "target_users": [user] });
        admin.post("/admin/system/flags", flag).await.expect(201);
    }
    let anyone = app.anonymous();
    let mut all = vec![somebody(&anyone, None).await];
    for token in &tokens {
        all.push(somebody(&anyone, Some(token)).await);
    }
    all
}

/// How many of a worker's answers were another's.
async fn ask(all: &[Somebody], next: &AtomicUsize) -> usize {
    let mut mixed_up = 0;
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        if turn >= REQUESTS {
            return mixed_up;
        }
        // Neighbours in time differ in who asks; each asks everything in turn.
        let (who, what) = (turn % all.len(), turn / all.len() % PATHS.len());
        let id = format!("request-{turn:08}");
        // A refusal under a permission is written down each time, and the disk is not what is tested.
        let what = if all[who].answers[what].0 == 403 && !turn.is_multiple_of(8) { 2 } else { what };
        let reply = all[who].caller.with_header("X-Request-Id", &id).get(PATHS[what]).await;
        let is_own =
            (reply.status, reply.text.as_str()) == (all[who].answers[what].0, all[who].answers[what].1.as_str());
        mixed_up += usize::from(!is_own || reply.header("x-request-id") != Some(&id));
    }
}

/// While a bystander's role comes and goes, so that what is cached is thrown away and read again all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_11_nobody_gets_anothers_answer() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let admin = app.super_admin().await;
    let all = everybody(&app, &admin).await;
    let own_contexts: std::collections::BTreeSet<_> =
        all.iter().flat_map(|one| [&one.answers[1], &one.answers[2]]).filter(|answer| answer.0 == 200).collect();
    assert!(own_contexts.len() >= 20, "the answers tell people apart: {}", own_contexts.len());

    let is_over = Arc::new(AtomicBool::new(false));
    let unrest = tokio::spawn({
        let (admin, is_over) = (admin.clone(), Arc::clone(&is_over));
        async move {
            while !is_over.load(Ordering::Relaxed) {
                assign(&admin, "user_bystander", "viewer").await.expect(200);
                revoke(&admin, "user_bystander", "viewer").await.expect(200);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
    });
    let (all, next) = (Arc::new(all), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (all, next) = (Arc::clone(&all), Arc::clone(&next));
            tokio::spawn(async move { ask(&all, &next).await })
        })
        .collect();
    let mut mixed_up = 0;
    for worker in workers {
        mixed_up += worker.await.unwrap();
    }
    is_over.store(true, Ordering::Relaxed);
    unrest.await.unwrap();
    assert_eq!(mixed_up, 0, "of {REQUESTS}");
    app.stop().await;
}
