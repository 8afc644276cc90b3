//! The sign-in itself.

use std::fmt;
use std::sync::Arc;

use aedile_kernel::{Error, Result, Runner, Timestamp, UnitOfWork, View};
use async_trait::async_trait;

use super::port::{Credentials, SignIns};
use super::throttle::{SignInKeys, SignInThrottle};
use crate::local_users::{Identifier, LocalUser};
use crate::passwords::{Password, PasswordHasher};
use crate::tokens::{TokenIssuer, new_token_id};
use crate::users::AccountStatus;

/// Somebody who signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Their token.
    pub token: String,
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

/// Signs local users in, over a store it does not name.
#[async_trait]
pub trait SignsIn: Send + Sync {
    /// See [`SignIn::sign_in`].
    ///
    /// # Errors
    /// As there.
    async fn sign_in(&self, identifier: &str, password: Password, client: Option<&str>) -> Result<SignedIn>;
}

#[async_trait]
impl<S> SignsIn for SignIn<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn SignIns>,
{
    async fn sign_in(&self, identifier: &str, password: Password, client: Option<&str>) -> Result<SignedIn> {
        Self::sign_in(self, identifier, password, client).await
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

    /// Signs somebody in, from the address `client`.
    ///
    /// # Errors
    /// `Unauthenticated`, in the same words and after the same work, for an unknown identifier and a wrong password;
    /// `Forbidden` for who is held or kept from the API, once the password was right; `RateLimited` after too many
    /// failures; `Unavailable` when local sign-in is not set up.
    pub async fn sign_in(&self, identifier: &str, password: Password, client: Option<&str>) -> Result<SignedIn> {
        let issuer = self.issuer.as_ref().ok_or(Error::Unavailable { what: "local sign-in", source: None })?;
        let canonical = Identifier::parse(identifier).ok();
        let keys = keys(identifier, canonical.as_ref(), client);
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
        let user = credentials.user;
        let id = new_token_id(self.runner.entropy().as_ref());
        let issued = issuer.issue(&user.id, user.role, &id, self.runner.now())?;
        Ok(SignedIn { token: issued.token, expires_at: issued.expires_at, user })
    }

    async fn find(&self, identifier: Identifier) -> Result<Option<Credentials>> {
        self.runner.store().read(move |connection| connection.view().find_credentials(&identifier)).await
    }
}

fn wrong() -> Error {
    Error::unauthenticated("Incorrect e-mail or password.")
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
