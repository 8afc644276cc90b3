//! The sign-in itself.

use std::fmt;
use std::sync::Arc;

use aedile_kernel::{Caller, Credential, Error, PermissionSet, Request, Result, Runner, Timestamp, UnitOfWork, View};
use async_trait::async_trait;

use super::port::{Credentials, SignIns};
use super::renew_session::{RenewSession, RenewedSession};
use super::start_session::StartSession;
use super::throttle::{SignInKeys, SignInThrottle};
use super::wrong;
use crate::local_users::{Identifier, LocalUser};
use crate::passwords::{Password, PasswordHash, PasswordHasher};
use crate::tokens::{NewToken, TokenIssuer, new_session_id};
use crate::users::AccountStatus;

/// Somebody who signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Their token.
    pub token: String,
    /// ID of their session.
    pub session_id: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who they are.
    pub user: LocalUser,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("expires_at", &self.expires_at)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A token of a session that goes on.
pub struct NewSessionToken {
    /// The token.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Who asks to be signed in.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// What the client's attempts are counted by.
    pub limited_as: Option<String>,
    /// What the audit log and the session keep of the request.
    pub request: Request,
}

/// Signs local users in, over a store it does not name.
#[async_trait]
pub trait SignsIn: Send + Sync {
    /// See [`SignIn::sign_in`].
    ///
    /// # Errors
    /// As there.
    async fn sign_in(&self, identifier: &str, password: Password, client: Client) -> Result<SignedIn>;

    /// Lets the session that a caller came with go on under another token.
    ///
    /// # Errors
    /// `Conflict` without such a session; `Unauthenticated` when it ended; `Unavailable` when local sign-in is not set up.
    async fn renew(&self, caller: &Caller) -> Result<NewSessionToken>;

    /// See [`SignIn::prove`].
    ///
    /// # Errors
    /// As there.
    async fn prove(&self, identifier: &str, password: Password, client: &Client) -> Result<Credentials>;
}

#[async_trait]
impl<S> SignsIn for SignIn<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn SignIns>,
{
    async fn sign_in(&self, identifier: &str, password: Password, client: Client) -> Result<SignedIn> {
        Self::sign_in(self, identifier, password, client).await
    }

    async fn prove(&self, identifier: &str, password: Password, client: &Client) -> Result<Credentials> {
        Self::prove(self, identifier, password, client).await
    }

    async fn renew(&self, caller: &Caller) -> Result<NewSessionToken> {
        let user = caller.user_id.as_ref().ok_or_else(|| Error::conflict("only a user has a session"))?;
        let session_id = new_session_id(self.runner.entropy().as_ref());
        let renewed = self.runner.command(caller, RenewSession { session_id: session_id.clone() }).await?.output;
        let RenewedSession { role, expires_at } = renewed;
        let new = NewToken { user, role, session_id: &session_id, now: self.runner.now(), expires_at };
        Ok(NewSessionToken { token: self.issuer()?.issue(&new)?, expires_at })
    }
}

/// Signs local users in.
#[derive(Clone)]
pub struct SignIn<S: UnitOfWork> {
    runner: Runner<S>,
    hasher: Arc<dyn PasswordHasher>,
    throttle: Arc<dyn SignInThrottle>,
    issuer: Option<Arc<dyn TokenIssuer>>,
}

impl<S: UnitOfWork> SignIn<S>
where
    S::Connection: View<dyn SignIns>,
{
    /// A sign-in; without an issuer of tokens it is unavailable.
    pub fn new(
        runner: Runner<S>,
        hasher: Arc<dyn PasswordHasher>,
        throttle: Arc<dyn SignInThrottle>,
        issuer: Option<Arc<dyn TokenIssuer>>,
    ) -> Self {
        Self { runner, hasher, throttle, issuer }
    }

    /// Signs somebody in: begins a session and makes its token. A password hash with fewer rounds than today's is renewed.
    ///
    /// # Errors
    /// As of [`Self::prove`]; `Forbidden` for who must choose a new password first.
    pub async fn sign_in(&self, identifier: &str, password: Password, client: Client) -> Result<SignedIn> {
        let Credentials { user, password_hash, .. } = self.prove(identifier, password.clone(), &client).await?;
        if user.must_change_password {
            return Err(Error::forbidden("choose a new password first, at /auth/password"));
        }
        let renewed_hash = match self.hasher.is_outdated(&password_hash) {
            true => Some(self.hasher.hash(password).await?),
            false => None,
        };
        self.start(user, password_hash, renewed_hash, client.request).await
    }

    /// Checks a password from this client without beginning a session.
    ///
    /// # Errors
    /// `Unauthenticated`, in the same words and after the same work, for an unknown identifier and a wrong password;
    /// `Forbidden` for who is held or kept from the API, once the password was right; `RateLimited` after too many
    /// failures; `Unavailable` when local sign-in is not set up.
    pub async fn prove(&self, identifier: &str, password: Password, client: &Client) -> Result<Credentials> {
        self.issuer()?;
        let canonical = Identifier::parse(identifier).ok();
        let keys = keys(identifier, canonical.as_ref(), client.limited_as.as_deref());
        self.throttle.attempt(&keys, self.runner.now())?;
        let credentials = match canonical {
            Some(identifier) => self.find(identifier).await?,
            None => None,
        };
        let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
        let is_right = self.hasher.verify(password, hash).await?;
        let credentials = credentials.filter(|_| is_right).ok_or_else(wrong)?;
        self.throttle.succeeded(&keys);
        may_enter(&credentials)?;
        Ok(credentials)
    }

    async fn start(
        &self,
        user: LocalUser,
        password_hash: PasswordHash,
        renewed_hash: Option<PasswordHash>,
        request: Request,
    ) -> Result<SignedIn> {
        let now = self.runner.now();
        let session_id = new_session_id(self.runner.entropy().as_ref());
        let lifetime = self.runner.policy().sessions.lifetime_seconds;
        let expires_at = Timestamp::from_seconds(now.as_seconds().saturating_add(lifetime));
        let new = NewToken { user: &user.id, role: user.role, session_id: &session_id, now, expires_at };
        let token = self.issuer()?.issue(&new)?;
        let caller = Caller::user(&user.id, None, Credential::LocalToken, PermissionSet::USER);
        let start = StartSession {
            identifier: user.identifier.clone(),
            password_hash,
            renewed_hash,
            session_id: session_id.clone(),
            expires_at,
        };
        self.runner.command(&Caller { request, ..caller }, start).await?;
        Ok(SignedIn { token, session_id, expires_at, user })
    }

    fn issuer(&self) -> Result<&dyn TokenIssuer> {
        self.issuer.as_deref().ok_or(Error::Unavailable { what: "local sign-in", source: None })
    }

    async fn find(&self, identifier: Identifier) -> Result<Option<Credentials>> {
        self.runner.store().read(move |connection| connection.view().find_credentials(&identifier)).await
    }
}

/// Text that is no identifier still counts under a bounded spelling of its own.
fn keys(text: &str, identifier: Option<&Identifier>, client: Option<&str>) -> SignInKeys {
    let identifier = identifier.map_or_else(
        || text.trim().to_lowercase().chars().take(254).collect(),
        |identifier| identifier.as_str().to_owned(),
    );
    SignInKeys { identifier, client: client.map(str::to_owned) }
}

fn may_enter(credentials: &Credentials) -> Result<()> {
    match credentials.status {
        AccountStatus::Deleted => Err(wrong()),
        AccountStatus::Held => Err(Error::forbidden("this account is on hold")),
        AccountStatus::Active | AccountStatus::PendingDeletion if credentials.user.api_disabled => {
            Err(Error::forbidden("this account may not use the API"))
        }
        AccountStatus::Active | AccountStatus::PendingDeletion => Ok(()),
    }
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
