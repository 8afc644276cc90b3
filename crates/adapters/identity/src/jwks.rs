//! A provider's published keys (RFC 7517), of which only those are kept that fit what tokens are checked with.

use std::collections::HashMap;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// A key with the one algorithm it may be used with.
#[derive(Clone)]
pub(crate) struct ProviderKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) key: DecodingKey,
}

/// Keys by their id.
pub(crate) struct KeySet(HashMap<String, ProviderKey>);

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a JWKS. Keys for another purpose are left out; `None` when there is no key left.
    pub(crate) fn read(document: &[u8]) -> Option<Self> {
        let document: Document = serde_json::from_slice(document).ok()?;
        let jwks = document.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        let keys: HashMap<_, _> = jwks.filter_map(|jwk| Some((jwk.kid.clone(), jwk.key()?))).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&ProviderKey> {
        self.0.get(id)
    }
}

impl Jwk {
    fn key(&self) -> Option<ProviderKey> {
        let (algorithm, name, key) = match self.kty.as_str() {
            "RSA" => (Algorithm::RS256, "RS256", DecodingKey::from_rsa_components(self.n.as_ref()?, self.e.as_ref()?)),
            "EC" if self.crv.as_deref() == Some("P-256") => {
                (Algorithm::ES256, "ES256", DecodingKey::from_ec_components(self.x.as_ref()?, self.y.as_ref()?))
            }
            _ => return None,
        };
        let fits = self.alg.as_deref().is_none_or(|alg| alg == name) && self.is_for_signatures();
        if fits { key.ok().map(|key| ProviderKey { algorithm, key }) } else { None }
    }

    fn is_for_signatures(&self) -> bool {
        self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(keys: &Value) -> Vec<String> {
        let set = KeySet::read(json!({ "keys": keys }).to_string().as_bytes());
        let mut ids: Vec<_> = set.map_or_else(Vec::new, |set| set.0.into_keys().collect());
        ids.sort();
        ids
    }

    #[test]
    fn only_keys_for_our_two_algorithms_are_kept() {
        let (n, x) = ("AQAB", "AQAB");
        let keys = json!([
            {"kid": "rsa", "kty": "RSA", "n": n, "e": "AQAB"},
            {"kid": "rsa-named", "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": "AQAB"},
            {"kid": "ec", "kty": "EC", "crv": "P-256", "x": x, "y": x, "key_ops": ["verify"]},
            {"kid": "encrypting", "kty": "RSA", "use": "enc", "n": n, "e": "AQAB"},
            {"kid": "other-algorithm", "kty": "RSA", "alg": "PS256", "n": n, "e": "AQAB"},
            {"kid": "family-crossed", "kty": "RSA", "alg": "ES256", "n": n, "e": "AQAB"},
            {"kid": "other-curve", "kty": "EC", "crv": "P-384", "x": x, "y": x},
            {"kid": "not-verifying", "kty": "RSA", "key_ops": ["wrapKey"], "n": n, "e": "AQAB"},
            {"kid": "symmetric", "kty": "oct", "k": "c2VjcmV0"},
            {"kid": "incomplete", "kty": "RSA", "n": n},
            {"kid": "unreadable", "kty": "RSA", "n": "!", "e": "AQAB"},
            {"kty": "RSA", "n": n, "e": "AQAB"},
            "nonsense",
        ]);
        assert_eq!(ids(&keys), ["ec", "rsa", "rsa-named"]);
    }

    #[test]
    fn a_document_without_keys_is_none() {
        for document in ["", "{}", "[]", r#"{"keys": []}"#, r#"{"keys": {}}"#, "<html>"] {
            assert!(KeySet::read(document.as_bytes()).is_none(), "{document}");
        }
    }
}
