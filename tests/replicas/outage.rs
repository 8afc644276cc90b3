//! Redis goes away, and comes back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::pair::{Pair, SOON};
use crate::support::{Redis, eventually};

const FLAGS: &str = "/admin/system/flags";
const LIMIT: usize = 5;

/// Whether both instances count the same user together; asked about a new user each time.
async fn is_shared(pair: &Pair) -> bool {
    static USERS: AtomicUsize = AtomicUsize::new(0);
    let user = pair.app.user(&format!("user_{}", USERS.fetch_add(1, Ordering::Relaxed)));
    let remaining = async |caller: &crate::support::Caller| {
        let reply = caller.get("/v1/flags").await.expect(200);
        reply.header("ratelimit-remaining").unwrap().to_owned()
    };
    remaining(&user).await == "4" && remaining(&pair.there(&user)).await == "3"
}

#[tokio::test]
async fn without_redis_all_goes_on_and_afterwards_all_is_shared_again() {
    let Some(mut redis) = Redis::start().await else { return };
    let arguments = ["--redis-url", &redis.url(), "--rate-public-read", &LIMIT.to_string()];
    let Some(pair) = Pair::start(&arguments).await else { return };
    let root = pair.app.super_admin().await;
    let (ada, there) = (pair.app.claimed_admin("user_ada"), pair.there(&pair.app.claimed_admin("user_ada")));
    assert!(is_shared(&pair).await);
    there.get(FLAGS).await.refused(403);

    redis.kill();
    // The limit holds, at each instance by itself, and nobody sees an error.
    let visitor = pair.app.user("user_visitor");
    for caller in [visitor.clone(), pair.there(&visitor)] {
        let mut statuses = Vec::new();
        for _ in 0..LIMIT + 2 {
            statuses.push(caller.get("/v1/flags").await.status);
        }
        assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429]);
    }
    assert!(!is_shared(&pair).await);
    // Changes act, and the news of them waits.
    let assign = json!({ "clerk_user_id": "user_ada", "role_name": "viewer" });
    root.post("/admin/system/roles/assign", assign).await.expect(200);
    ada.get(FLAGS).await.expect(200);
    let acts = || async {
        let status = there.get(FLAGS).await.status;
        assert!(status < 500, "{status}");
        status == 200
    };
    eventually(SOON, "a change acts at the other instance", acts).await;
    for n in 0..3 {
        root.post(FLAGS, json!({ "flag_name": format!("flag-{n}") })).await.expect(201);
    }
    assert!(pair.waiting().await >= 4, "news is kept while nobody can hear it");

    redis.revive().await;
    eventually(Duration::from_secs(5), "limits are shared again", || is_shared(&pair)).await;
    let delivered = || async { pair.waiting().await == 0 };
    eventually(Duration::from_secs(10), "the news that waited is delivered", delivered).await;
    pair.stop().await;
}

#[tokio::test]
async fn a_redis_that_is_not_there_yet_stops_nobody_from_starting() {
    let Some(mut redis) = Redis::start().await else { return };
    redis.kill();
    let arguments = ["--redis-url", &redis.url(), "--rate-public-read", &LIMIT.to_string()];
    let Some(pair) = Pair::start(&arguments).await else { return };
    assert!(!is_shared(&pair).await);
    redis.revive().await;
    eventually(Duration::from_secs(5), "limits are shared", || is_shared(&pair)).await;
    pair.stop().await;
}
