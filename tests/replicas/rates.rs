//! Limits count over all instances together.

use super::pair::Pair;
use crate::support::Redis;

const ROLES: &str = "/admin/system/roles";

#[tokio::test]
async fn a_limit_holds_over_both_instances_together() {
    let Some(redis) = Redis::start().await else { return };
    let arguments = ["--redis-url", &redis.url(), "--rate-admin", "6", "--rate-public-read", "4"];
    let Some(pair) = Pair::start(&arguments).await else { return };
    let here = pair.app.super_admin().await;
    let there = pair.there(&here);
    for left in [5, 3, 1] {
        let reply = here.get(ROLES).await.expect(200);
        assert_eq!(reply.header("ratelimit-remaining"), Some(left.to_string().as_str()));
        there.get(ROLES).await.expect(200);
    }
    for caller in [&here, &there] {
        let refused = caller.get(ROLES).await.refused(429);
        assert_eq!(refused.header("ratelimit-limit"), Some("6"));
        assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().unwrap() >= 1));
    }
    // Side by side, from both ends: exactly so many pass.
    let anyone = pair.app.anonymous();
    let many = (0..20).map(|n| {
        let caller = if n % 2 == 0 { anyone.clone() } else { pair.there(&anyone) };
        tokio::spawn(async move { caller.get("/v1/flags").await.status })
    });
    let mut passed = 0;
    for one in many.collect::<Vec<_>>() {
        passed += usize::from(one.await.unwrap() == 200);
    }
    assert_eq!(passed, 4);
    pair.stop().await;
}

#[tokio::test]
async fn without_redis_each_instance_counts_by_itself() {
    let Some(pair) = Pair::start(&["--rate-admin", "2"]).await else { return };
    let here = pair.app.super_admin().await;
    for caller in [here.clone(), pair.there(&here)] {
        caller.get(ROLES).await.expect(200);
        caller.get(ROLES).await.expect(200);
        caller.get(ROLES).await.refused(429);
    }
    pair.stop().await;
}
