//! What was verified is remembered, and judged by the clock all the same.

use std::time::Instant;

use aedile_kernel::Error;
use serde_json::json;

use super::support::*;

#[tokio::test]
async fn a_remembered_token_still_expires() {
    let world = World::new();
    let token = rs256(&header(), &with(claims(), &json!({"exp": NOW - 30})));
    assert!(world.verify(&token).await.is_ok(), "within the leeway");
    world.clock.forward(30);
    assert!(matches!(world.verify(&token).await, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn a_clock_set_back_brings_no_token_forward() {
    let world = World::new();
    let token = rs256(&header(), &with(claims(), &json!({"nbf": NOW})));
    assert!(world.verify(&token).await.is_ok());
    world.clock.forward(-61);
    assert!(matches!(world.verify(&token).await, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn a_remembered_token_costs_a_hash() {
    let world = World::new();
    let token = rs256(&header(), &claims());
    let first = world.verify(&token).await.unwrap();
    let started = Instant::now();
    for _ in 0..1000 {
        assert_eq!(world.verify(&token).await.unwrap(), first);
    }
    assert!(started.elapsed().as_millis() < 500, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_refused_token_is_judged_again() {
    let world = World::new();
    let token = rs256(&header(), &with(claims(), &json!({"nbf": NOW + 90, "exp": NOW + 300})));
    assert!(world.verify(&token).await.is_err());
    world.clock.forward(30);
    assert!(world.verify(&token).await.is_ok());
}
