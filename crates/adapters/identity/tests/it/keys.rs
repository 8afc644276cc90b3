//! The provider's keys: fetched once, kept, fetched again, served stale.

use std::time::{Duration, Instant};

use aedile_kernel::Error;
use serde_json::json;

use super::support::*;

fn token_by(kid: &str) -> String {
    rs256_by(if kid == "rsa" { &RSA } else { &OTHER_RSA }, &with(header(), &json!({ "kid": kid })), &claims())
}

fn both_keys() -> Mode {
    Mode::Serve(json!({ "keys": [rsa_jwk("rsa", &RSA), rsa_jwk("new", &OTHER_RSA)] }))
}

/// Another token of the same user, so that none is remembered.
fn fresh(n: usize) -> String {
    rs256(&header(), &with(claims(), &json!({ "name": n.to_string(), "exp": NOW + 100_000 })))
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn many_at_once_fetch_once() {
    let world = World::of(Mode::Slow(Duration::from_millis(200), jwks()), &[]);
    let runs: Vec<_> = (0..20)
        .map(|n| {
            let tokens = std::sync::Arc::clone(&world.tokens);
            tokio::spawn(async move { aedile_accounts::TokenVerifier::verify(tokens.as_ref(), &fresh(n)).await })
        })
        .collect();
    for run in runs {
        assert!(run.await.unwrap().is_ok());
    }
    assert_eq!(world.server.hits(), 1);
}

#[tokio::test]
async fn a_new_key_is_found_and_unknown_ids_ask_once_a_minute() {
    let world = World::new();
    assert!(world.verify(&token_by("rsa")).await.is_ok());
    world.server.becomes(both_keys());
    assert!(world.verify(&token_by("new")).await.is_err(), "the minute has just begun");
    world.clock.forward(61);
    assert!(world.verify(&token_by("new")).await.is_ok());
    assert_eq!(world.server.hits(), 2);
    for _ in 0..50 {
        assert!(world.verify(&token_by("made-up")).await.is_err());
    }
    assert_eq!(world.server.hits(), 2);
}

#[tokio::test]
async fn keys_are_served_stale_while_the_provider_is_down() {
    let world = World::new();
    assert!(world.verify(&fresh(0)).await.is_ok());
    for (n, mode) in [Mode::Status("503 Down"), Mode::Raw("<html>"), Mode::Raw(r#"{"keys":[]}"#), Mode::Endless]
        .into_iter()
        .enumerate()
    {
        world.server.becomes(mode);
        world.clock.forward(601);
        let hits = world.server.hits();
        assert!(world.verify(&fresh(2 * n + 1)).await.is_ok());
        until("it is asked again", || world.server.hits() == hits + 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(world.verify(&fresh(2 * n + 2)).await.is_ok(), "the old keys stay");
    }
}

#[tokio::test]
async fn a_slow_provider_delays_nobody_who_has_a_key() {
    let world = World::new();
    assert!(world.verify(&fresh(0)).await.is_ok());
    world.server.becomes(Mode::Hang);
    world.clock.forward(601);
    let started = Instant::now();
    for n in 1..20 {
        assert!(world.verify(&fresh(n)).await.is_ok());
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(world.server.hits() <= 2);
}

#[tokio::test]
async fn a_withdrawn_key_ends_with_the_next_fetch_and_a_minute() {
    let world = World::of(both_keys(), &[]);
    let token =
        rs256_by(&OTHER_RSA, &with(header(), &json!({"kid": "new"})), &with(claims(), &json!({"exp": NOW + 9000})));
    assert!(world.verify(&token).await.is_ok());
    world.server.becomes(Mode::Serve(jwks()));
    world.clock.forward(601);
    assert!(world.verify(&token).await.is_ok(), "served stale, and fetched behind it");
    until("it is asked again", || world.server.hits() == 2).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.clock.forward(60);
    assert!(matches!(world.verify(&token).await, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn without_any_keys_the_provider_is_unavailable_until_it_is_back() {
    for mode in [Mode::Status("500 Oops"), Mode::Raw("nonsense"), Mode::Endless] {
        let world = World::of(mode, &[]);
        assert!(matches!(world.verify(&fresh(0)).await, Err(Error::Unavailable { .. })));
        world.server.becomes(Mode::Serve(jwks()));
        assert!(matches!(world.verify(&fresh(0)).await, Err(Error::Unavailable { .. })), "not asked again at once");
        assert_eq!(world.server.hits(), 1);
        world.clock.forward(5);
        assert!(world.verify(&fresh(0)).await.is_ok());
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let evil = Server::start(Mode::Serve(jwks()));
    let world = World::of(Mode::Redirect(evil.url.clone()), &[]);
    assert!(matches!(world.verify(&fresh(0)).await, Err(Error::Unavailable { .. })));
    assert_eq!(evil.hits(), 0);
}

#[tokio::test]
async fn a_provider_that_hangs_is_given_up() {
    let world = World::of(Mode::Hang, &[]);
    let started = Instant::now();
    assert!(matches!(world.verify(&fresh(0)).await, Err(Error::Unavailable { .. })));
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}
