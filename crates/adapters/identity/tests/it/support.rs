//! A provider with keys of its own, a clock that is moved by hand, and tokens signed part by part.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use aedile_accounts::{TokenVerifier, VerifiedToken};
use aedile_identity::{LocalTokens, ProviderConfig, ProviderTokens, Tokens};
use aedile_kernel::{Clock, Result, Timestamp};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(crate) const NOW: i64 = 1_768_473_000;
pub(crate) const ISSUER: &str = "https://clerk.example.com";
pub(crate) const SECRET: &str = "a secret of at least thirty-two bytes";

/// Generating RSA keys takes a while, so all tests share these.
pub(crate) static RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static OTHER_RSA: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());
pub(crate) static EC: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());
pub(crate) static EC_384: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap());

pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.load(Ordering::SeqCst))
    }
}

#[derive(Clone)]
pub(crate) enum Mode {
    Serve(Value),
    Status(&'static str),
    Redirect(String),
    Hang,
    Slow(Duration, Value),
    Endless,
    Raw(&'static str),
}

/// A web server with one page, which behaves as told.
pub(crate) struct Server {
    pub(crate) url: String,
    mode: Arc<Mutex<Mode>>,
    hits: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let (mode, hits) = (Arc::new(Mutex::new(mode)), Arc::new(AtomicUsize::new(0)));
        let (told, counted) = (Arc::clone(&mode), Arc::clone(&hits));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
                let mode = told.lock().unwrap().clone();
                std::thread::spawn(move || answer(stream, &mode));
            }
        });
        Self { url, mode, hits }
    }

    pub(crate) fn becomes(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }

    pub(crate) fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, mode: &Mode) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request);
    let page =
        |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let text = match mode {
        Mode::Serve(keys) => page(&keys.to_string()),
        Mode::Raw(body) => page(body),
        Mode::Status(line) => format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        Mode::Redirect(to) => {
            format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Mode::Hang => {
            std::thread::sleep(Duration::from_secs(30));
            String::new()
        }
        Mode::Slow(delay, keys) => {
            std::thread::sleep(*delay);
            page(&keys.to_string())
        }
        Mode::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            while stream.write_all(&[b' '; 65536]).is_ok() {}
            String::new()
        }
    };
    let _ = stream.write_all(text.as_bytes());
}

/// The provider, the verifier under test, and its clock.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) tokens: Arc<Tokens>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(Mode::Serve(jwks()), &["https://app.example.com"])
    }

    pub(crate) fn of(mode: Mode, authorized_parties: &[&str]) -> Self {
        let server = Server::start(mode);
        let clock = Arc::new(HandClock(AtomicI64::new(NOW)));
        let shared: Arc<dyn Clock> = clock.clone();
        let config = ProviderConfig {
            jwks_url: server.url.clone(),
            issuer: ISSUER.into(),
            authorized_parties: authorized_parties.iter().map(|&party| party.to_owned()).collect(),
        };
        let provider = ProviderTokens::new(config, shared.clone()).unwrap();
        let tokens = Tokens::new(Some(provider), Some(local(SECRET)), shared);
        Self { server, clock, tokens: Arc::new(tokens) }
    }

    pub(crate) async fn verify(&self, token: &str) -> Result<VerifiedToken> {
        self.tokens.verify(token).await
    }
}

pub(crate) fn local(secret: &str) -> LocalTokens {
    LocalTokens::new(&secret.into()).unwrap()
}

pub(crate) fn jwks() -> Value {
    json!({ "keys": [rsa_jwk("rsa", &RSA), ec_jwk("ec", "P-256", &EC), ec_jwk("ec384", "P-384", &EC_384)] })
}

/// The public key's DER is a sequence of the modulus, at a fixed place for 2048 bits, and the exponent 65537.
pub(crate) fn rsa_jwk(kid: &str, key: &RsaKeyPair) -> Value {
    let modulus = &key.public_key().as_ref()[9..9 + 256];
    json!({ "kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": b64(modulus), "e": "AQAB" })
}

fn ec_jwk(kid: &str, curve: &str, key: &EcdsaKeyPair) -> Value {
    let point = &key.public_key().as_ref()[1..];
    let (x, y) = point.split_at(point.len() / 2);
    json!({ "kid": kid, "kty": "EC", "crv": curve, "x": b64(x), "y": b64(y) })
}

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn header() -> Value {
    json!({ "alg": "RS256", "typ": "JWT", "kid": "rsa" })
}

pub(crate) fn claims() -> Value {
    json!({ "iss": ISSUER, "sub": "user_ada", "exp": NOW + 300, "nbf": NOW - 10, "iat": NOW - 10,
            "azp": "https://app.example.com" })
}

pub(crate) fn local_claims() -> Value {
    json!({ "iss": "aedile", "sub": "user_ada", "exp": NOW + 300 })
}

/// The value with these fields put in; null takes one out.
pub(crate) fn with(mut value: Value, fields: &Value) -> Value {
    let object = value.as_object_mut().unwrap();
    for (name, field) in fields.as_object().unwrap() {
        if field.is_null() {
            object.remove(name);
        } else {
            object.insert(name.clone(), field.clone());
        }
    }
    value
}

pub(crate) fn signed(header: &str, claims: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", b64(header), b64(claims));
    let signature = b64(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn rsa_signature(key: &RsaKeyPair, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

pub(crate) fn rs256(header: &Value, claims: &Value) -> String {
    rs256_by(&RSA, header, claims)
}

pub(crate) fn rs256_by(key: &RsaKeyPair, header: &Value, claims: &Value) -> String {
    signed(&header.to_string(), &claims.to_string(), |m| rsa_signature(key, &RSA_PKCS1_SHA256, m))
}

pub(crate) fn rs256_text(header: &str, claims: &str) -> String {
    signed(header, claims, |m| rsa_signature(&RSA, &RSA_PKCS1_SHA256, m))
}

pub(crate) fn rs512(header: &Value, claims: &Value) -> String {
    signed(&header.to_string(), &claims.to_string(), |m| rsa_signature(&RSA, &RSA_PKCS1_SHA512, m))
}

pub(crate) fn ps256(header: &Value, claims: &Value) -> String {
    signed(&header.to_string(), &claims.to_string(), |m| rsa_signature(&RSA, &RSA_PSS_SHA256, m))
}

pub(crate) fn ecdsa(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let sign = |m: &[u8]| key.sign(&SystemRandom::new(), m).unwrap().as_ref().to_vec();
    signed(&header.to_string(), &claims.to_string(), sign)
}

pub(crate) fn hmac_with(algorithm: hmac::Algorithm, secret: &[u8], header: &Value, claims: &Value) -> String {
    let key = hmac::Key::new(algorithm, secret);
    signed(&header.to_string(), &claims.to_string(), |m| hmac::sign(&key, m).as_ref().to_vec())
}

pub(crate) fn hs256(secret: &[u8], header: &Value, claims: &Value) -> String {
    hmac_with(hmac::HMAC_SHA256, secret, header, claims)
}

pub(crate) fn foreign_ec() -> EcdsaKeyPair {
    const P256: &EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    EcdsaKeyPair::generate(P256).unwrap()
}
