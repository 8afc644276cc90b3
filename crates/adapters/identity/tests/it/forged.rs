//! Tokens that must not pass, each differing from a good one in one thing.

use aedile_kernel::Error;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::support::*;

async fn refuses(world: &World, what: &str, token: &str) {
    match world.verify(token).await {
        Err(Error::Unauthenticated(_)) => {}
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn the_good_ones_pass() {
    let world = World::new();
    let es256 = json!({ "alg": "ES256", "kid": "ec" });
    for token in [
        rs256(&header(), &claims()),
        rs256(&with(header(), &json!({"typ": "jwt", "cat": "cl_B7d4"})), &claims()),
        rs256(&with(header(), &json!({"typ": null})), &claims()),
        rs256(&header(), &with(claims(), &json!({"azp": null, "nbf": null, "iat": null}))),
        ecdsa(&EC, &es256, &claims()),
        hs256(SECRET.as_bytes(), &json!({"alg": "HS256", "typ": "JWT"}), &local_claims()),
    ] {
        assert_eq!(world.verify(&token).await.unwrap().user_id.as_str(), "user_ada", "{token}");
    }
}

/// The public key in every spelling that confused verifiers were made to take for a shared secret.
fn spellings_of_the_public_key() -> Vec<Vec<u8>> {
    let pkcs1 = RSA.public_key().as_ref().to_vec();
    let spki = AsDer::<PublicKeyX509Der<'_>>::as_der(RSA.public_key()).unwrap().as_ref().to_vec();
    let lines = |der: &[u8]| {
        let text = STANDARD.encode(der);
        text.as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines(&spki));
    let modulus = rsa_jwk("rsa", &RSA)["n"].as_str().unwrap().to_owned();
    vec![pem.trim_end().into(), pem.into(), pkcs1, spki, modulus.into(), jwks().to_string().into(), Vec::new()]
}

#[tokio::test]
async fn c_24_algorithms_are_not_the_tokens_choice() {
    let world = World::new();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = with(header(), &json!({ "alg": alg }));
        refuses(&world, alg, &signed(&header.to_string(), &claims().to_string(), |_| Vec::new())).await;
        refuses(&world, alg, &rs256(&header, &claims())).await;
        refuses(&world, alg, &hs256(SECRET.as_bytes(), &header, &local_claims())).await;
    }
    for secret in spellings_of_the_public_key() {
        let header = with(header(), &json!({ "alg": "HS256" }));
        refuses(&world, "public key as secret", &hs256(&secret, &header, &claims())).await;
        refuses(&world, "public key as local secret", &hs256(&secret, &header, &local_claims())).await;
    }
    for alg in ["HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "rs256", "RS256 "] {
        refuses(&world, alg, &rs256(&with(header(), &json!({ "alg": alg })), &claims())).await;
    }
    for header in [json!({"kid": "rsa"}), json!({"alg": null, "kid": "rsa"}), json!({"alg": ["RS256"], "kid": "rsa"})] {
        refuses(&world, "alg missing or odd", &rs256(&header, &claims())).await;
    }
    refuses(&world, "RS512 in deed", &rs512(&with(header(), &json!({"alg": "RS512"})), &claims())).await;
    refuses(&world, "RS512 under RS256", &rs512(&header(), &claims())).await;
    refuses(&world, "PS256 in deed", &ps256(&with(header(), &json!({"alg": "PS256"})), &claims())).await;
    refuses(&world, "PS256 under RS256", &ps256(&header(), &claims())).await;
    let hs384 = hmac_with(hmac::HMAC_SHA384, SECRET.as_bytes(), &json!({"alg": "HS384"}), &local_claims());
    refuses(&world, "HS384, right secret", &hs384).await;
    let hs512 = hmac_with(hmac::HMAC_SHA512, SECRET.as_bytes(), &json!({"alg": "HS512"}), &local_claims());
    refuses(&world, "HS512, right secret", &hs512).await;
}

#[tokio::test]
async fn c_26_keys_are_not_the_tokens_choice() {
    let world = World::new();
    let evil = Server::start(Mode::Serve(json!({ "keys": [rsa_jwk("rsa", &OTHER_RSA)] })));
    let own_key = rsa_jwk("rsa", &OTHER_RSA);
    for fields in [
        json!({ "jku": evil.url }),
        json!({ "x5u": evil.url }),
        json!({ "jwk": own_key }),
        json!({ "x5c": ["MIIB"] }),
        json!({}),
    ] {
        refuses(&world, "another's key", &rs256_by(&OTHER_RSA, &with(header(), &fields), &claims())).await;
    }
    for fields in [json!({"jku": "https://x"}), json!({"jwk": {}}), json!({"crit": ["exp"]}), json!({"crit": []})] {
        refuses(&world, "a demand in the header", &rs256(&with(header(), &fields), &claims())).await;
    }
    refuses(&world, "crit null", &rs256_text(r#"{"alg":"RS256","kid":"rsa","crit":null}"#, &claims().to_string()))
        .await;
    for kid in [
        json!("unknown"),
        json!("../rsa"),
        json!("/dev/null"),
        json!("rsa' OR '1'='1"),
        json!("RSA"),
        json!(1),
        json!(""),
    ] {
        refuses(&world, "kid", &rs256(&with(header(), &json!({ "kid": kid })), &claims())).await;
    }
    refuses(&world, "kid missing", &rs256(&with(header(), &json!({"kid": null})), &claims())).await;
    refuses(&world, "kid twice", &rs256_text(r#"{"alg":"RS256","kid":"x","kid":"rsa"}"#, &claims().to_string())).await;
    refuses(&world, "alg twice", &rs256_text(r#"{"alg":"none","alg":"RS256","kid":"rsa"}"#, &claims().to_string()))
        .await;
    assert_eq!(evil.hits(), 0, "an address in a token is never visited");
    let es256 = json!({ "alg": "ES256", "kid": "ec" });
    refuses(&world, "another's curve key", &ecdsa(&foreign_ec(), &es256, &claims())).await;
    refuses(&world, "ES256 by P-384", &ecdsa(&EC_384, &json!({"alg": "ES256", "kid": "ec384"}), &claims())).await;
    refuses(&world, "ES384", &ecdsa(&EC_384, &json!({"alg": "ES384", "kid": "ec384"}), &claims())).await;
    refuses(&world, "RS256 with the EC key", &rs256(&with(header(), &json!({"kid": "ec"})), &claims())).await;
    refuses(&world, "ES256 with the RSA key", &ecdsa(&EC, &json!({"alg": "ES256", "kid": "rsa"}), &claims())).await;
}

#[tokio::test]
async fn c_25_claims_are_required_and_checked() {
    let world = World::new();
    for name in ["iss", "sub", "exp"] {
        refuses(&world, name, &rs256(&header(), &with(claims(), &json!({ name: null })))).await;
        let local = with(local_claims(), &json!({ name: null }));
        refuses(&world, name, &hs256(SECRET.as_bytes(), &json!({"alg": "HS256"}), &local)).await;
    }
    for fields in [
        json!({"iss": "https://clerk.example.com/"}),
        json!({"iss": "https://evil.example.com"}),
        json!({"iss": "HTTPS://CLERK.EXAMPLE.COM"}),
        json!({"iss": ""}),
        json!({"iss": "aedile"}),
        json!({"azp": "https://evil.example.com"}),
        json!({"azp": ""}),
        json!({"sub": ""}),
        json!({"sub": "user ada"}),
        json!({"sub": "user\u{0}ada"}),
        json!({"sub": "u".repeat(129)}),
        json!({"exp": NOW - 60}),
        json!({"exp": 0}),
        json!({"exp": -1}),
        json!({"nbf": NOW + 61}),
        json!({"nbf": NOW + 3600}),
    ] {
        refuses(&world, &fields.to_string(), &rs256(&header(), &with(claims(), &fields))).await;
    }
    for typ in ["at+jwt", "JWE", "", "JWT "] {
        refuses(&world, typ, &rs256(&with(header(), &json!({ "typ": typ })), &claims())).await;
    }
}

#[tokio::test]
async fn c_23_a_claim_of_the_wrong_type_is_not_absent() {
    let world = World::new();
    let later = (NOW + 300).to_string();
    for fields in [
        json!({"exp": later}),
        json!({"exp": {}}),
        json!({"exp": true}),
        json!({"exp": 1e300}),
        json!({"exp": 1.5}),
        json!({"exp": "2030-01-01"}),
        json!({"nbf": "0"}),
        json!({"nbf": [0]}),
        json!({"iss": [ISSUER]}),
        json!({"iss": 1}),
        json!({"sub": ["user_ada"]}),
        json!({"sub": 7}),
        json!({"azp": ["https://app.example.com"]}),
        json!({"sts": "pending"}),
        json!({"sts": "ACTIVE"}),
        json!({"sts": ["active"]}),
        json!({"fva": "0,0"}),
        json!({"fva": [0]}),
        json!({"act": "user_support"}),
        json!({"act": {"sub": 7}}),
        json!({"act": {}}),
    ] {
        refuses(&world, &fields.to_string(), &rs256(&header(), &with(claims(), &fields))).await;
    }
    for name in ["exp", "nbf", "azp", "iss", "sub", "sts", "fva", "act"] {
        let mut claims = claims();
        claims[name] = Value::Null;
        refuses(&world, name, &rs256(&header(), &claims)).await;
    }
    let twice = format!(r#"{{"iss":"{ISSUER}","sub":"user_ada","exp":1,"exp":{later}}}"#);
    refuses(&world, "exp twice", &rs256_text(&header().to_string(), &twice)).await;
    let twice = format!(r#"{{"iss":"{ISSUER}","sub":"user_eve","sub":"user_ada","exp":{later}}}"#);
    refuses(&world, "sub twice", &rs256_text(&header().to_string(), &twice)).await;
    for payload in ["", "null", "[]", "\"user_ada\"", "{", "{\"iss\":"] {
        refuses(&world, payload, &rs256_text(&header().to_string(), payload)).await;
    }
}

#[tokio::test]
async fn a_token_is_three_parts_untouched() {
    let world = World::new();
    let good = rs256(&header(), &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let (header_part, payload, signature) = (parts[0], parts[1], parts[2]);
    let eve = b64(with(claims(), &json!({"sub": "user_eve"})).to_string());
    for token in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
        "é.é.é".into(),
        header_part.to_owned(),
        format!("{header_part}.{payload}"),
        format!("{header_part}.{payload}."),
        format!("{header_part}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{header_part}.{eve}.{signature}"),
        format!("{}.{payload}.{signature}", b64(with(header(), &json!({"typ": "jwt"})).to_string())),
        format!("{header_part}.{payload}.{}", b64([0; 256])),
        format!("{header_part}.{payload}.{}", &signature[..signature.len() - 4]),
        format!("{header_part}.{payload}.{signature}AAAA"),
        good.replace(signature, &signature.chars().rev().collect::<String>()),
    ] {
        refuses(&world, "mangled", &token).await;
    }
    let huge = with(claims(), &json!({"name": "x".repeat(8 * 1024)}));
    refuses(&world, "huge", &rs256(&header(), &huge)).await;
    refuses(&world, "huge", &"a.".repeat(1024 * 1024)).await;
    let nested = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
    refuses(&world, "deep header", &rs256_text(&nested, "{}")).await;
    assert!(world.verify(&good).await.is_ok(), "and the good one still passes");
}

#[tokio::test]
async fn c_24_the_two_kinds_do_not_mix() {
    let world = World::new();
    let hs = json!({"alg": "HS256", "typ": "JWT"});
    refuses(&world, "provider's issuer, local key", &hs256(SECRET.as_bytes(), &hs, &claims())).await;
    refuses(&world, "local issuer, provider's key", &rs256(&header(), &local_claims())).await;
    refuses(&world, "another secret", &hs256(b"another secret of thirty-two bytes!!", &hs, &local_claims())).await;
    refuses(&world, "no secret", &hs256(b"", &hs, &local_claims())).await;
    let prefix = &SECRET.as_bytes()[..SECRET.len() - 1];
    refuses(&world, "a prefix of the secret", &hs256(prefix, &hs, &local_claims())).await;
    for fields in [
        json!({"exp": NOW - 60}),
        json!({"nbf": NOW + 61}),
        json!({"exp": "x"}),
        json!({"iss": "Aedile"}),
        json!({"sub": 1}),
    ] {
        let token = hs256(SECRET.as_bytes(), &hs, &with(local_claims(), &fields));
        refuses(&world, &fields.to_string(), &token).await;
    }
}

/// What decides no right makes no valid token bad, and tells nothing.
#[tokio::test]
async fn a_claim_that_decides_nothing_may_be_anything() {
    let world = World::new();
    for odd in [json!(7), json!(1.5), json!("x"), json!(true), json!([[]]), json!({ "a": [1] })] {
        for name in [
            "iat",
            "email",
            "email_verified",
            "name",
            "public_metadata",
            "metadata",
            "jti",
            "sid",
            "o",
            "org_id",
            "pla",
            "x",
        ] {
            let token = world.verify(&rs256(&header(), &with(claims(), &json!({ name: odd })))).await;
            let token = token.unwrap_or_else(|error| panic!("{name} {odd}: {error}"));
            assert!(!token.has_admin_claim, "{name} {odd}");
        }
    }
    for name in ["iat", "email", "email_verified", "name", "public_metadata", "metadata"] {
        let mut claims = claims();
        claims[name] = Value::Null;
        assert!(world.verify(&rs256(&header(), &claims)).await.is_ok(), "{name}");
    }
    let told =
        world.verify(&rs256(&header(), &with(claims(), &json!({"email": 7, "email_verified": "true"})))).await.unwrap();
    assert_eq!((told.email, told.email_verified), (None, false));
}

/// RFC 7519, section 2: a time may have a fraction.
#[tokio::test]
async fn times_may_have_fractions() {
    let world = World::new();
    let at = |seconds: i64| format!("{seconds}.75").parse::<f64>().unwrap();
    let good = json!({"exp": at(NOW + 300), "nbf": at(NOW - 10), "iat": at(NOW - 10)});
    assert_eq!(
        world.verify(&rs256(&header(), &with(claims(), &good))).await.unwrap().expires_at.as_seconds(),
        NOW + 300
    );
    refuses(&world, "over", &rs256(&header(), &with(claims(), &json!({"exp": at(NOW - 61)})))).await;
    refuses(&world, "not yet", &rs256(&header(), &with(claims(), &json!({"nbf": at(NOW + 61)})))).await;
}
