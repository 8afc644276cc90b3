//! What a provider's token tells.

use std::sync::Arc;

use aedile_accounts::{TokenSource, TokenVerifier};
use aedile_identity::{ProviderConfig, ProviderTokens, SystemClock, Tokens};
use aedile_kernel::{Error, Timestamp};
use serde_json::json;

use super::support::*;

#[tokio::test]
async fn claims_come_through() {
    let told = json!({"email": "Ada@Example.com", "email_verified": true, "name": "Ada"});
    let token = World::new().verify(&rs256(&header(), &with(claims(), &told))).await.unwrap();
    assert_eq!(token.source, TokenSource::Provider);
    assert_eq!((token.email.as_deref(), token.name.as_deref()), (Some("Ada@Example.com"), Some("Ada")));
    assert!(token.email_verified && !token.has_admin_claim);
    assert_eq!(token.expires_at, Timestamp::from_seconds(NOW + 300));
}

#[tokio::test]
async fn the_admin_claim_stands_in_one_of_three_places() {
    let world = World::new();
    for (fields, is_admin) in [
        (json!({"public_metadata": {"role": "admin"}}), true),
        (json!({"publicMetadata": {"role": "admin"}}), true),
        (json!({"metadata": {"role": "admin"}}), true),
        (json!({"metadata": {"role": "Admin"}}), false),
        (json!({"metadata": {"role": ["admin"]}}), false),
        (json!({"metadata": "admin"}), false),
        (json!({"metadata": {"metadata": {"role": "admin"}}}), false),
        (json!({"role": "admin"}), false),
        (json!({"unsafe_metadata": {"role": "admin"}}), false),
    ] {
        let token = world.verify(&rs256(&header(), &with(claims(), &fields))).await.unwrap();
        assert_eq!(token.has_admin_claim, is_admin, "{fields}");
    }
}

#[tokio::test]
async fn who_acts_as_the_user_and_how_they_proved_it_come_through() {
    let world = World::new();
    let plain = world.verify(&rs256(&header(), &claims())).await.unwrap();
    assert_eq!((plain.acted_by, plain.provider_proof), (None, None));
    let told = json!({"act": {"sub": "user_support", "iss": "https://dashboard"}, "sts": "active", "fva": [3, -1]});
    let token = world.verify(&rs256(&header(), &with(claims(), &told))).await.unwrap();
    let proof = token.provider_proof.unwrap();
    assert_eq!(token.acted_by.as_deref(), Some("user_support"));
    assert_eq!((proof.proved_at.as_seconds(), proof.has_second_factor), (NOW - 10 - 180, false));
    for (fva, age, has_second_factor) in [(json!([-1, 5]), None, true), (json!([0, 0]), Some(0), true)] {
        let token = world.verify(&rs256(&header(), &with(claims(), &json!({ "fva": fva })))).await.unwrap();
        let proof = token.provider_proof.unwrap();
        let expected = age.map_or(0, |age: i64| NOW - 10 - age * 60);
        assert_eq!((proof.proved_at.as_seconds(), proof.has_second_factor), (expected, has_second_factor));
    }
}

#[tokio::test]
async fn without_a_list_any_party_is_authorized() {
    let world = World::of(Mode::Serve(jwks()), &[]);
    assert!(world.verify(&rs256(&header(), &with(claims(), &json!({"azp": "https://any"})))).await.is_ok());
}

#[test]
fn c_25_half_a_configuration_is_none() {
    for (jwks_url, issuer) in
        [("", ISSUER), ("clerk", ISSUER), ("file:///etc/passwd", ISSUER), ("https://x/y", ""), ("https://x/y", " ")]
    {
        let config =
            ProviderConfig { jwks_url: jwks_url.into(), issuer: issuer.into(), authorized_parties: Vec::new() };
        let refused = ProviderTokens::new(config, Arc::new(SystemClock));
        assert!(matches!(refused, Err(Error::Invalid(_))), "{jwks_url} {issuer}");
    }
}

#[tokio::test]
async fn a_kind_that_is_not_set_up_is_bad() {
    let nobody = Tokens::new(None, None, Arc::new(SystemClock));
    let local = hs256(SECRET.as_bytes(), &json!({"alg": "HS256"}), &local_claims());
    for token in [rs256(&header(), &claims()), local, hs256(b"", &json!({"alg": "HS256"}), &local_claims())] {
        assert!(matches!(nobody.verify(&token).await, Err(Error::Unauthenticated(_))));
    }
}
