//! Tokens of the identity provider.

use std::sync::Arc;

use aedile_accounts::{ProviderProof, TokenSource, VerifiedToken};
use aedile_kernel::{Clock, Error, Result, Timestamp, UserId};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use crate::jwt::{NumericDate, Parts, Verified, Window, bad, lenient, present};
use crate::key_cache::KeyCache;

/// What the settings say about the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Where it publishes its keys.
    pub jwks_url: String,
    /// What its tokens say in `iss`.
    pub issuer: String,
    /// What its tokens may say in `azp`; empty for anything.
    pub authorized_parties: Vec<String>,
}

/// Checks the identity provider's tokens: RS256 or ES256, by its published keys.
pub struct ProviderTokens {
    keys: Arc<KeyCache>,
    issuer: String,
    authorized_parties: Vec<String>,
}

/// What decides a right must have its type, or the token is bad. What decides none tells nothing then.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: NumericDate,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<NumericDate>,
    #[serde(default, deserialize_with = "lenient")]
    iat: Option<NumericDate>,
    /// Whether the sign-in is complete: `active`, or `pending` while the provider has tasks for the user.
    #[serde(default, deserialize_with = "present")]
    sts: Option<String>,
    /// Who acts as the user (RFC 8693, section 4.1).
    #[serde(default, deserialize_with = "present")]
    act: Option<Actor>,
    /// How many minutes ago the first and the second factor were verified when the token was made; -1 is never.
    #[serde(default, deserialize_with = "present")]
    fva: Option<(i64, i64)>,
    #[serde(default, deserialize_with = "present")]
    azp: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    public_metadata: Option<Value>,
    #[serde(rename = "publicMetadata")]
    public_metadata_in_camel_case: Option<Value>,
    metadata: Option<Value>,
}

#[derive(Deserialize)]
struct Actor {
    sub: String,
}

impl Claims {
    /// What the token says of the factors. Of one without the time it was made nobody knows how old they are.
    fn proof(&self) -> Option<ProviderProof> {
        let (first, second) = self.fva?;
        let made_at = self.iat.filter(|_| first >= 0).map(|date| Timestamp::from_seconds(date.0));
        let proved_at = made_at
            .map_or(Timestamp::from_seconds(0), |made| made.plus_seconds(first.saturating_mul(60).saturating_neg()));
        Some(ProviderProof { proved_at, has_second_factor: second >= 0 })
    }

    fn has_admin_claim(&self) -> bool {
        [&self.public_metadata, &self.public_metadata_in_camel_case, &self.metadata]
            .into_iter()
            .flatten()
            .any(|metadata| metadata.get("role").and_then(Value::as_str) == Some("admin"))
    }
}

impl ProviderTokens {
    /// Tokens of this provider. Its keys are fetched when the first token comes.
    ///
    /// # Errors
    /// `Invalid` about the setting that is missing or malformed: without an issuer, tokens of anybody who shares the keys
    /// would pass.
    pub fn new(config: ProviderConfig, clock: Arc<dyn Clock>) -> Result<Self> {
        let url: Url = config
            .jwks_url
            .parse()
            .ok()
            .filter(|url: &Url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| Error::invalid("CLERK_JWKS_URL", "must be an http or https address"))?;
        if config.issuer.trim().is_empty() {
            return Err(Error::invalid("CLERK_ISSUER", "must be set when CLERK_JWKS_URL is"));
        }
        let keys = Arc::new(KeyCache::new(url, clock)?);
        Ok(Self { keys, issuer: config.issuer, authorized_parties: config.authorized_parties })
    }

    pub(crate) async fn verify(&self, parts: &Parts<'_>) -> Result<Verified> {
        let id = parts.header.kid.as_deref().ok_or_else(bad)?;
        let key = self.keys.key(id).await?.ok_or_else(bad)?;
        if name_of(key.algorithm) != Some(parts.header.alg.as_str()) {
            return Err(bad());
        }
        let claims: Claims = parts.verified(&key.key, key.algorithm)?;
        if claims.iss != self.issuer || !self.is_authorized(claims.azp.as_deref()) {
            return Err(bad());
        }
        if claims.sts.as_deref().is_some_and(|status| status != "active") {
            return Err(Error::unauthenticated(
                "this sign-in is not complete: finish what the identity provider asks for",
            ));
        }
        let window = Window::new(claims.nbf, claims.exp);
        let token = VerifiedToken {
            user_id: UserId::parse(&claims.sub).map_err(|_| bad())?,
            source: TokenSource::Provider,
            has_admin_claim: claims.has_admin_claim(),
            provider_proof: claims.proof(),
            acted_by: claims.act.map(|actor| actor.sub),
            impersonation_id: None,
            email: claims.email,
            email_verified: claims.email_verified.unwrap_or(false),
            name: claims.name,
            session_id: None,
            issued_at: None,
            expires_at: window.expires_at(),
        };
        Ok(Verified { token, window })
    }

    fn is_authorized(&self, party: Option<&str>) -> bool {
        let is_open = self.authorized_parties.is_empty();
        party.is_none_or(|party| is_open || self.authorized_parties.iter().any(|authorized| authorized == party))
    }
}

fn name_of(algorithm: jsonwebtoken::Algorithm) -> Option<&'static str> {
    match algorithm {
        jsonwebtoken::Algorithm::RS256 => Some("RS256"),
        jsonwebtoken::Algorithm::ES256 => Some("ES256"),
        _ => None,
    }
}

impl std::fmt::Debug for ProviderTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderTokens")
            .field("issuer", &self.issuer)
            .field("authorized_parties", &self.authorized_parties)
            .finish_non_exhaustive()
    }
}
