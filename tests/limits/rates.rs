//! How often.

use serde_json::json;

use crate::support::{Caller, Reply, on_each_backend_with};

const ROLES: &str = "/admin/system/roles";
const MINE: &str = "/admin/system/my-permissions";

/// Fails unless this is a refusal that says when to come back.
#[track_caller]
fn over(reply: Reply, limit: &str) -> Reply {
    let reply = reply.expect(429);
    let seconds = |name| reply.header(name).and_then(|value| value.parse::<u64>().ok());
    assert!(seconds("retry-after").is_some_and(|wait| (1..=60).contains(&wait)), "{reply:?}");
    assert!(seconds("ratelimit-reset").is_some_and(|reset| (1..=120).contains(&reset)), "{reply:?}");
    assert_eq!(reply.header("ratelimit-limit"), Some(limit), "{reply:?}");
    assert_eq!(reply.header("ratelimit-remaining"), Some("0"), "{reply:?}");
    reply
}

async fn use_up(caller: &Caller, path: &str, status: u16, times: usize) {
    for left in (0..times).rev() {
        let reply = caller.get(path).await.expect(status);
        if status < 400 {
            assert_eq!(reply.header("ratelimit-remaining"), Some(left.to_string().as_str()));
        }
    }
}

#[tokio::test]
async fn the_request_after_the_last_is_refused_until_later() {
    on_each_backend_with(&["--rate-admin", "3"], async |app| {
        let admin = app.super_admin().await;
        use_up(&admin, ROLES, 200, 3).await;
        assert_eq!(over(admin.get(ROLES).await, "3").body["code"], "rate_limited");
        over(admin.get(MINE).await, "3");
        over(admin.post("/admin/system/flags", json!({ "flag_name": "x" })).await, "3").refused(429);
        // A refusal costs nothing and is no way around: what is refused was not done.
        admin.get("/v1/flags").await.expect(200);
        let other = app.with_role("viewer").await;
        assert_eq!(other.get("/admin/system/flags").await.expect(200).body["total"], 0);
    })
    .await;
}

/// The gateway has no limit of its own but the caller's tier, and who guesses tokens has none.
#[tokio::test]
async fn guesses_at_the_gateway_are_counted_by_address() {
    on_each_backend_with(&["--rate-public-read", "3"], async |app| {
        let guesser = app.with_token("not.a.token");
        use_up(&guesser, "/gateway/authorize", 401, 3).await;
        over(guesser.get("/gateway/authorize").await, "3").refused(429);
    })
    .await;
}

#[tokio::test]
async fn who_is_signed_in_is_counted_by_user_and_others_by_address() {
    on_each_backend_with(&["--rate-admin", "3", "--trusted-proxies", "127.0.0.0/8"], async |app| {
        let (root, viewer) = (app.super_admin().await, app.with_role("viewer").await);
        for n in 0..3 {
            root.with_header("X-Forwarded-For", &format!("198.51.100.{n}")).get(ROLES).await.expect(200);
        }
        over(root.with_header("X-Forwarded-For", "198.51.100.9").get(ROLES).await, "3");
        // The same address, another user; and neither is the address.
        viewer.with_header("X-Forwarded-For", "198.51.100.1").get(ROLES).await.expect(200);
        let anyone = app.anonymous().with_header("X-Forwarded-For", "198.51.100.1");
        use_up(&anyone, ROLES, 401, 3).await;
        over(anyone.get(ROLES).await, "3").refused(429);
        app.anonymous().with_header("X-Forwarded-For", "198.51.100.2").get(ROLES).await.refused(401);
        viewer.with_header("X-Forwarded-For", "198.51.100.1").get(ROLES).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn bad_credentials_count_for_the_address_that_sends_them() {
    on_each_backend_with(&["--rate-admin", "4"], async |app| {
        let root = app.super_admin().await;
        for n in 0..2 {
            app.with_token(format!("guess-{n}")).get(ROLES).await.refused(401);
        }
        app.anonymous().with_header("Authorization", "Basic YTpi").get(ROLES).await.refused(401);
        root.with_header("X-Admin-Key", "guess").get(ROLES).await.refused(400);
        over(app.with_token("guess-5").get(ROLES).await, "4").refused(429);
        over(app.anonymous().get(ROLES).await, "4");
        root.get(ROLES).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn sign_ins_and_public_reads_have_limits_of_their_own() {
    on_each_backend_with(&["--rate-write", "2", "--rate-public-read", "3"], async |app| {
        let (anyone, ada) = (app.anonymous(), app.user("user_ada"));
        let login = json!({ "identifier": "ada@example.com", "password": "wrong horse battery" });
        for _ in 0..2 {
            anyone.post("/auth/login", login.clone()).await.refused(401);
        }
        over(anyone.post("/auth/login", login).await, "2").refused(429);
        use_up(&anyone, "/v1/flags", 200, 3).await;
        let refused = over(anyone.get("/v1/announcements").await, "3");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        let evaluated = over(anyone.post("/ofrep/v1/evaluate/flags", json!({})).await, "3");
        assert_eq!(evaluated.body["errorCode"], "GENERAL");
        use_up(&ada, "/v1/flags", 200, 3).await;
        over(ada.get("/v1/flags").await, "3");
        anyone.get("/health/live").await.expect(200);
    })
    .await;
}
