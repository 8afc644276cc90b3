//! Redis goes away, and comes back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::pair::Pair;
use crate::support::{Redis, eventually};

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
    assert!(is_shared(&pair).await);

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
    redis.revive().await;
    eventually(Duration::from_secs(5), "limits are shared again", || is_shared(&pair)).await;
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
