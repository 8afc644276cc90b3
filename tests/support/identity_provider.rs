//! An identity provider of our own: RSA keys, a JWKS URL that serves them, and tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// The `iss` of its tokens.
pub(crate) const ISSUER: &str = "https://identity.example";
const KEY_ID: &str = "key-1";

/// The claims of a token.
type Claims = BTreeMap<String, Value>;

struct Key {
    signing: EncodingKey,
    public: Value,
}

/// Making an RSA key takes long, so all tests share one.
static KEY: LazyLock<Arc<Key>> = LazyLock::new(|| {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let parts = PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
    let public = json!({
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID,
        "n": URL_SAFE_NO_PAD.encode(parts.n), "e": URL_SAFE_NO_PAD.encode(parts.e),
    });
    let pkcs8 = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    Arc::new(Key { signing: EncodingKey::from_rsa_der(&rsa_key_of(pkcs8.as_ref())), public })
});

/// jsonwebtoken wants the PKCS #1 key that stands at the end of a PKCS #8 document.
fn rsa_key_of(pkcs8: &[u8]) -> Vec<u8> {
    const SEQUENCE_OF_LONG_LENGTH: [u8; 2] = [0x30, 0x82];
    let at = pkcs8[4..].windows(2).rposition(|bytes| bytes == SEQUENCE_OF_LONG_LENGTH);
    let first = pkcs8.windows(2).enumerate().skip(4).find(|(_, bytes)| *bytes == SEQUENCE_OF_LONG_LENGTH);
    pkcs8[first.map(|(at, _)| at).or(at).unwrap()..].to_vec()
}

/// The provider, while it lives.
pub(crate) struct IdentityProvider {
    /// Where it publishes its keys.
    pub(crate) jwks_url: String,
    handle: actix_web::dev::ServerHandle,
}

impl IdentityProvider {
    pub(crate) fn start() -> Self {
        let keys = || async { HttpResponse::Ok().json(json!({ "keys": [KEY.public] })) };
        let server = HttpServer::new(move || App::new().route("/jwks", web::get().to(keys)))
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
        let jwks_url = format!("http://{}/jwks", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { jwks_url, handle }
    }

    pub(crate) async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// Claims of a user, good for an hour.
    pub(crate) fn claims(user: &str) -> Claims {
        let now = now_seconds();
        let claims = json!({
            "sub": user, "iss": ISSUER, "iat": now, "nbf": now, "exp": now + 3600,
            "email": format!("{user}@example.com"), "email_verified": true, "name": user,
        });
        serde_json::from_value(claims).unwrap()
    }

    /// A token of a user who has the admin claim or not.
    pub(crate) fn token(user: &str, is_admin: bool) -> String {
        let mut claims = Self::claims(user);
        if is_admin {
            claims.insert("public_metadata".into(), json!({ "role": "admin" }));
        }
        Self::sign(&claims)
    }

    /// Any claims, signed.
    pub(crate) fn sign(claims: &Claims) -> String {
        let header = Header { kid: Some(KEY_ID.into()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &KEY.signing).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "tokens of a real server need the real time")]
pub(crate) fn now_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}
