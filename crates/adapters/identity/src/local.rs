//! Tokens of local sign-ins.

use std::borrow::Cow;

use aedile_accounts::impersonation::ImpersonationId;
use aedile_accounts::{ActingToken, LocalRole, NewToken, TokenIssuer, TokenSource, VerifiedToken};
use aedile_kernel::{Error, Result, Timestamp, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::jwt::{NumericDate, Parts, Verified, Window, bad, lenient, present};

const ISSUER: &str = "aedile";

/// What the ID of an impersonation begins with in a token, before its number.
const IMPERSONATION: &str = "impersonation_";

/// Makes and checks the tokens of local sign-ins and of impersonations: HS256 with one secret.
#[derive(Clone)]
pub struct LocalTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
}

#[derive(Serialize)]
struct Issued<'a> {
    iss: &'static str,
    sub: &'a str,
    sid: &'a str,
    jti: &'a str,
    iat: i64,
    exp: i64,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<Actor<'a>>,
}

/// Who acts as the token's owner (RFC 8693, section 4.1).
#[derive(Serialize, Deserialize)]
struct Actor<'a> {
    sub: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: NumericDate,
    #[serde(default, deserialize_with = "present")]
    jti: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    iat: Option<NumericDate>,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<NumericDate>,
    #[serde(default, deserialize_with = "present")]
    act: Option<Actor<'static>>,
}

impl LocalTokens {
    /// The fewest bytes a secret may have: as many as HS256's digest (RFC 7518, section 3.2).
    pub const MIN_SECRET: usize = 32;

    /// Tokens signed with `secret`.
    ///
    /// # Errors
    /// `Invalid` about `JWT_SECRET` when it is shorter than 32 bytes.
    pub fn new(secret: &SecretString) -> Result<Self> {
        let bytes = secret.expose_secret().as_bytes();
        if bytes.len() < Self::MIN_SECRET {
            return Err(Error::invalid("JWT_SECRET", "must have at least 32 bytes"));
        }
        Ok(Self { signing: EncodingKey::from_secret(bytes), verifying: DecodingKey::from_secret(bytes) })
    }

    pub(crate) fn verify(&self, parts: &Parts<'_>) -> Result<Verified> {
        if parts.header.alg != "HS256" {
            return Err(bad());
        }
        let claims: Claims = parts.verified(&self.verifying, Algorithm::HS256)?;
        if claims.iss != ISSUER {
            return Err(bad());
        }
        let window = Window::new(claims.nbf, claims.exp);
        let impersonation_id = claims.act.as_ref().map(|_| impersonation(claims.jti.as_deref())).transpose()?;
        let session_id = match impersonation_id {
            Some(_) => None,
            None => Some(claims.jti.filter(|id| is_id(id)).unwrap_or_else(|| parts.digest())),
        };
        let token = VerifiedToken {
            user_id: UserId::parse(&claims.sub).map_err(|_| bad())?,
            source: TokenSource::Local,
            email: None,
            email_verified: false,
            name: None,
            has_admin_claim: false,
            provider_proof: None,
            acted_by: claims.act.map(|actor| actor.sub.into_owned()),
            impersonation_id,
            session_id,
            issued_at: claims.iat.map(|date| Timestamp::from_seconds(date.0)),
            expires_at: window.expires_at(),
        };
        Ok(Verified { token, window })
    }
}

/// Whether a `jti` is one that is worth keeping. Tokens of another make are told apart by what was signed.
fn is_id(text: &str) -> bool {
    (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The impersonation that a token with an `act` claim belongs to. One of another make is refused: nothing here could end it.
fn impersonation(id: Option<&str>) -> Result<ImpersonationId> {
    let number = id.and_then(|id| id.strip_prefix(IMPERSONATION)).and_then(|number| number.parse().ok());
    number.map(ImpersonationId).ok_or_else(bad)
}

impl LocalTokens {
    fn sign(&self, claims: &Issued<'_>) -> Result<String> {
        jsonwebtoken::encode(&jsonwebtoken::Header::new(Algorithm::HS256), claims, &self.signing)
            .map_err(Error::internal)
    }
}

impl TokenIssuer for LocalTokens {
    fn issue<'a>(&self, new: &NewToken<'a>) -> Result<String> {
        self.sign(&Issued {
            iss: ISSUER,
            sub: new.user.as_str(),
            sid: new.session_id,
            jti: new.session_id,
            iat: new.now.as_seconds(),
            exp: new.expires_at.as_seconds(),
            role: new.role.as_str(),
            act: None,
        })
    }

    fn issue_acting<'a>(&self, new: &ActingToken<'a>) -> Result<String> {
        let id = format!("{IMPERSONATION}{}", new.impersonation_id);
        self.sign(&Issued {
            iss: ISSUER,
            sub: new.user.as_str(),
            sid: &id,
            jti: &id,
            iat: new.now.as_seconds(),
            exp: new.expires_at.as_seconds(),
            role: LocalRole::User.as_str(),
            act: Some(Actor { sub: new.acted_by.as_str().into() }),
        })
    }
}

impl std::fmt::Debug for LocalTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalTokens(…)")
    }
}
