//! Tokens that must not pass, at an admin's endpoint and at a public one.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Caller, ISSUER, IdentityProvider, JWT_SECRET, TestApp, on_each_backend};

type Claims = BTreeMap<String, Value>;

fn now_seconds() -> u64 {
    IdentityProvider::claims("user_root")["iat"].as_u64().unwrap()
}

pub(super) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", b64(header.to_string()), b64(claims.to_string()));
    let signature = b64(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn hs(algorithm: hmac::Algorithm, secret: &[u8], header: &Value, claims: &Value) -> String {
    let key = hmac::Key::new(algorithm, secret);
    signed(header, claims, |message| hmac::sign(&key, message).as_ref().to_vec())
}

fn hs256(secret: &[u8], header: &Value, claims: &Value) -> String {
    hs(hmac::HMAC_SHA256, secret, header, claims)
}

/// Signed with a key that is nobody's.
pub(super) fn foreign(key: &RsaKeyPair, header: &Value, claims: &Value) -> String {
    signed(header, claims, |message| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    })
}

pub(super) fn foreign_key() -> RsaKeyPair {
    RsaKeyPair::generate(KeySize::Rsa2048).unwrap()
}

/// The claims of a super-admin.
pub(super) fn admins() -> Claims {
    let mut claims = IdentityProvider::claims("user_root");
    claims.insert("public_metadata".into(), json!({ "role": "admin" }));
    claims
}

fn local_claims(user: &str) -> Value {
    json!({ "iss": "aedile", "sub": user, "iat": now_seconds(), "exp": now_seconds() + 600 })
}

/// The admin's claims with some fields changed; null takes one out.
fn with(fields: &Value) -> Claims {
    let mut claims = admins();
    for (name, value) in fields.as_object().unwrap() {
        if value.is_null() {
            claims.remove(name);
        } else {
            claims.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// Signed by the provider's own key, and wrong in one claim.
fn of_bad_claims() -> Vec<(String, String)> {
    let now = now_seconds();
    [
        json!({ "exp": null }),
        json!({ "iss": null }),
        json!({ "sub": null }),
        json!({ "exp": now - 61 }),
        json!({ "exp": 0 }),
        json!({ "exp": -1 }),
        json!({ "exp": (now + 600).to_string() }),
        json!({ "exp": [now + 600] }),
        json!({ "exp": true }),
        json!({ "exp": 1e300 }),
        json!({ "nbf": now + 120 }),
        json!({ "nbf": "0" }),
        json!({ "iss": format!("{ISSUER}/") }),
        json!({ "iss": ISSUER.to_uppercase() }),
        json!({ "iss": "aedile" }),
        json!({ "iss": [ISSUER] }),
        json!({ "iss": "" }),
        json!({ "sub": "" }),
        json!({ "sub": 7 }),
        json!({ "sub": ["user_root"] }),
        json!({ "sub": "user root" }),
        json!({ "sub": "user_root\u{0}" }),
        json!({ "sub": "u".repeat(129) }),
    ]
    .into_iter()
    .map(|fields| (format!("claims {fields}"), IdentityProvider::sign(&with(&fields))))
    .collect()
}

/// C-24: the algorithm and the key are not the token's choice.
fn of_bad_keys(modulus: &str) -> Vec<(String, String)> {
    let (claims, key) = (json!(admins()), foreign_key());
    let kid = |alg: &str| json!({ "alg": alg, "typ": "JWT", "kid": "key-1" });
    let secret = JWT_SECRET.as_bytes();
    let mut all = vec![
        ("another's key".to_owned(), foreign(&key, &kid("RS256"), &claims)),
        ("another's key, no kid".into(), foreign(&key, &json!({ "alg": "RS256" }), &claims)),
        ("a key in the header".into(), {
            let own = json!({ "kty": "RSA", "n": b64(&key.public_key().as_ref()[9..9 + 256]), "e": "AQAB" });
            foreign(&key, &json!({ "alg": "RS256", "kid": "key-1", "jwk": own }), &claims)
        }),
        ("crit".into(), foreign(&key, &json!({ "alg": "RS256", "kid": "key-1", "crit": ["exp"] }), &claims)),
        ("the modulus as a secret".into(), hs256(modulus.as_bytes(), &kid("HS256"), &claims)),
        ("the modulus' bytes".into(), hs256(&URL_SAFE_NO_PAD.decode(modulus).unwrap(), &kid("HS256"), &claims)),
        ("no secret".into(), hs256(b"", &kid("HS256"), &claims)),
        ("the local key for the provider's issuer".into(), hs256(secret, &kid("HS256"), &claims)),
        ("the local key, said to be RS256".into(), hs256(secret, &kid("RS256"), &claims)),
        ("no such local user".into(), hs256(secret, &json!({ "alg": "HS256" }), &local_claims("user_nobody"))),
        ("another secret".into(), {
            hs256(b"another secret of at least 32 bytes!!", &json!({ "alg": "HS256" }), &local_claims("user_root"))
        }),
        ("local, HS384".into(), {
            hs(hmac::HMAC_SHA384, secret, &json!({ "alg": "HS384" }), &local_claims("user_root"))
        }),
        ("local, HS512".into(), {
            hs(hmac::HMAC_SHA512, secret, &json!({ "alg": "HS512" }), &local_claims("user_root"))
        }),
    ];
    for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "RS512", "ES256"] {
        all.push((format!("alg {alg}, no signature"), signed(&kid(alg), &claims, |_| Vec::new())));
    }
    all
}

/// A good token, mangled.
fn mangled() -> Vec<(String, String)> {
    let good = IdentityProvider::sign(&admins());
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let other = b64(json!(with(&json!({ "sub": "user_eve" }))).to_string());
    [
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{header}.{payload}."),
        format!("{header}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{header}.{other}.{signature}"),
        format!("{header}.{payload}.{}", b64([0; 256])),
        format!("{header}.{payload}.{}", &signature[..signature.len() - 2]),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!("{good}A"),
        format!("{good},{good}"),
        format!("{good} {good}"),
        good.to_uppercase(),
        format!("\"{good}\""),
        "...".to_owned(),
        "null".to_owned(),
        "undefined".to_owned(),
        "a.".repeat(5_000),
        "x".repeat(100_000),
    ]
    .into_iter()
    .map(|token| (format!("mangled {}", &token[..token.len().min(40)]), token))
    .collect()
}

#[tokio::test]
async fn c_23_c_24_c_26_a_forged_token_opens_no_door() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let provider = Caller::new(app.provider.jwks_url.strip_suffix("/jwks").unwrap(), None);
        let keys = provider.get("/jwks").await.expect(200);
        let modulus = keys.body["keys"][0]["n"].as_str().unwrap();
        let forged = [of_bad_claims(), of_bad_keys(modulus), mangled()].concat();
        assert!(forged.len() >= 60, "{}", forged.len());
        let anyone = app.anonymous();
        for (what, token) in forged {
            let caller = anyone.with_header("Authorization", &format!("Bearer {token}"));
            for path in ["/admin/system/roles", "/v1/flags", "/gateway/authorize"] {
                let reply = caller.get(path).await;
                // A header that is too large is refused before anybody reads it.
                let is_too_large = token.len() > 50_000 && [400, 413, 431].contains(&reply.status);
                assert!(reply.status == 401 || is_too_large, "{what} at {path}: {} {}", reply.status, reply.text);
                assert!(!reply.text.contains(&token), "{what}: {}", reply.text);
            }
        }
        // Nothing of this locked the real one out.
        admin.get("/admin/system/roles").await.expect(200);
        admin.get("/v1/flags").await.expect(200);
    })
    .await;
}
