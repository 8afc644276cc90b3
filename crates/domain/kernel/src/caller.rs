//! Who is calling, and with what.

use std::fmt;

use crate::access::{AccountState, Authority, Basis};
use crate::assurance::Assurance;
use crate::digest::{Digest, FieldDigest};
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::permission::PermissionSet;

/// What a caller showed to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing.
    Anonymous,
    /// A JSON Web Token of the identity provider.
    ProviderToken,
    /// A JSON Web Token of a local sign-in.
    LocalToken,
    /// A token of the command line, by its number.
    CliToken(i64),
    /// An API key, by its id.
    ApiKey(String),
    /// The operator's `X-Admin-Key`.
    AdminKey,
    /// The machine's own command line, which reaches the database directly.
    Console,
    /// A worker of the server itself.
    System,
}

impl Credential {
    /// The id of the API key, if it is one.
    #[must_use]
    pub fn api_key_id(&self) -> Option<&str> {
        match self {
            Self::ApiKey(id) => Some(id),
            _ => None,
        }
    }
}

/// An admin who acts as the caller's user, to see what the user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impersonator {
    /// Number of the impersonation, which each write reads again.
    pub impersonation_id: i64,
    /// ID of the admin.
    pub user_id: UserId,
}

/// The circumstances of a call that the audit log keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The request's id, as in the answer's `X-Request-Id`.
    pub id: Option<String>,
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's own name for itself.
    pub user_agent: Option<String>,
    /// Who acts as the caller, by the identity provider's word.
    pub acted_by: Option<String>,
    /// Whether it comes from a network that admin operations are not open to.
    pub is_outside_admin_networks: bool,
}

/// A caller's promise that two requests with this key are the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    key: String,
    fingerprint: Digest,
}

impl IdempotencyKey {
    /// A key of 1 to 255 visible ASCII characters, with the digest of the request it came with.
    ///
    /// # Errors
    /// `Invalid` for any other key.
    pub fn new(key: &str, fingerprint: Digest) -> Result<Self> {
        if key.is_empty() || key.len() > 255 || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters"));
        }
        Ok(Self { key: key.to_owned(), fingerprint })
    }

    /// The key as the caller sent it.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The digest of the request.
    #[must_use]
    pub fn fingerprint(&self) -> &Digest {
        &self.fingerprint
    }
}

/// A secret that only who holds the credential knows: a digest of the credential itself. Nothing that is stored reveals
/// it, so what is derived from it can be told again to the same credential, and found by nobody else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CredentialSecret(Digest);

impl CredentialSecret {
    /// The secret of a token or key as it was sent.
    #[must_use]
    pub fn of(credential: &[u8]) -> Self {
        Self(FieldDigest::default().field(b"what only the holder of the credential knows").field(credential).finish())
    }

    /// 32 bytes that are the same for the same credential, purpose and parts.
    #[must_use]
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> Digest {
        let start = FieldDigest::default().field(purpose.as_bytes()).field(&self.0);
        parts.iter().fold(start, |digest, part| digest.field(part)).finish()
    }
}

impl fmt::Debug for CredentialSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialSecret(…)")
    }
}

/// Who is calling: the principal with the permissions that count for this call.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The name in the audit log: the user's id, `admin-key`, `console`, `system` or `anonymous`.
    pub actor_id: String,
    /// The user, when it is one.
    pub user_id: Option<UserId>,
    /// The user's e-mail, when known.
    pub email: Option<String>,
    /// What was shown.
    pub credential: Credential,
    /// The secret of the token or key that was shown, where one was.
    pub credential_secret: Option<CredentialSecret>,
    /// ID of the local session, which each write reads again; `None` for every other credential.
    pub session_id: Option<String>,
    /// The admin who acts as the user; `None` when it is the user.
    pub impersonator: Option<Impersonator>,
    /// What the caller may do in this call.
    pub permissions: PermissionSet,
    /// The state of the caller's account.
    pub state: AccountState,
    /// How far the caller proved who they are.
    pub assurance: Assurance,
    /// What the permissions and the state are read from again inside each write.
    pub basis: Basis,
    /// The circumstances.
    pub request: Request,
    /// The promise of sameness, when given.
    pub idempotency_key: Option<IdempotencyKey>,
}

impl Caller {
    /// Somebody without a credential.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::machine("anonymous", Credential::Anonymous, PermissionSet::ANONYMOUS)
    }

    /// Whoever has the operator's `X-Admin-Key`, without any permission yet.
    #[must_use]
    pub fn operator() -> Self {
        Self::machine("admin-key", Credential::AdminKey, PermissionSet::ANONYMOUS)
    }

    /// The operator at the machine's own command line.
    #[must_use]
    pub fn console() -> Self {
        Self::machine("console", Credential::Console, PermissionSet::all())
    }

    /// A worker of the server itself.
    #[must_use]
    pub fn system() -> Self {
        Self::machine("system", Credential::System, PermissionSet::all())
    }

    /// A signed-in user with the permissions that count for this call. Writes read the rights of a user without a role
    /// again, unless another basis is set.
    #[must_use]
    pub fn user(id: &UserId, email: Option<String>, credential: Credential, permissions: PermissionSet) -> Self {
        let basis = Basis::Rows { authorities: &[Authority::AdminFlag], has_admin_claim: false, expires_at: None };
        Self { user_id: Some(id.clone()), email, basis, ..Self::machine(id.as_str(), credential, permissions) }
    }

    /// The same caller in the later steps of a procedure: what they were allowed to begin is brought to its end, whatever
    /// becomes of their rights while the outside world is asked.
    #[must_use]
    pub fn concluding(&self) -> Self {
        Self { basis: Basis::Fixed, ..self.clone() }
    }

    fn machine(actor_id: &str, credential: Credential, permissions: PermissionSet) -> Self {
        Self {
            actor_id: actor_id.to_owned(),
            user_id: None,
            email: None,
            credential,
            credential_secret: None,
            session_id: None,
            impersonator: None,
            permissions,
            state: AccountState::IN_USE,
            assurance: Assurance::NotAsked,
            basis: Basis::Fixed,
            request: Request::default(),
            idempotency_key: None,
        }
    }

    /// Refuses a caller who lacks one of `permissions`: nobody gives, takes or changes what they don't hold themselves.
    ///
    /// # Errors
    /// `Denied` with the first permission that is missing.
    pub fn require_all(&self, permissions: PermissionSet) -> Result<()> {
        self.permissions.first_missing(permissions).map_or(Ok(()), |missing| Err(Error::Denied(missing)))
    }

    /// Whether this is `user`.
    #[must_use]
    pub fn is(&self, user: &UserId) -> bool {
        self.user_id.as_ref() == Some(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_of_one_credential_purpose_and_request() {
        let secret = CredentialSecret::of(b"vfc_live_a");
        let derived = secret.derive("codes", &[b"order-1"]);
        assert_eq!(derived, CredentialSecret::of(b"vfc_live_a").derive("codes", &[b"order-1"]));
        for other in [
            CredentialSecret::of(b"vfc_live_b").derive("codes", &[b"order-1"]),
            secret.derive("codes", &[b"order-2"]),
            secret.derive("codes", &[b"order-", b"1"]),
            secret.derive("other", &[b"order-1"]),
        ] {
            assert_ne!(derived, other);
        }
        assert_eq!(format!("{secret:?}"), "CredentialSecret(…)");
    }
}
