//! Proofs of who somebody is, from what they type to what is kept.

use std::sync::Arc;

use aedile_kernel::{Caller, Error, Result, Runner, Timestamp, UnitOfWork, UserId, View};
use async_trait::async_trait;

use super::app::{AuthenticatorApps, Enrolment, Seed};
use super::begin::BeginSecondFactor;
use super::confirm::{ConfirmSecondFactor, not_begun};
use super::port::{KnownApp, SecondFactors};
use super::prove::{Evidence, ProveIdentity};
use super::recovery_code::{RecoveryCode, RecoveryCodes};
use super::renew_codes::RenewRecoveryCodes;
use super::{elsewhere, wrong_code};
use crate::passwords::Password;
use crate::secrets::SecretHash;
use crate::sign_in::{Client, SignInKeys, SignInThrottle, SignsIn};

/// What somebody types to prove who they are.
#[derive(Debug, Clone, Default)]
pub struct GivenProof {
    /// Their password.
    pub password: Option<Password>,
    /// The code of their authenticator app, or a recovery code.
    pub code: Option<String>,
}

/// Proves who somebody is, and sets up what they prove it with, over a store it does not name.
#[async_trait]
pub trait ProvesIdentity: Send + Sync {
    /// Begins to set up an authenticator app.
    ///
    /// # Errors
    /// `Conflict` when one is set up, and for users of the identity provider; `Unavailable` when local sign-in is not set up.
    async fn begin(&self, caller: &Caller) -> Result<Enrolment>;

    /// Confirms the app by its first code, and answers the recovery codes.
    ///
    /// # Errors
    /// `Unauthenticated` for a wrong code; `Conflict` when nothing was begun; `RateLimited` after too many wrong codes.
    async fn confirm(&self, caller: &Caller, code: &str, client: &Client) -> Result<RecoveryCodes>;

    /// Replaces the recovery codes.
    ///
    /// # Errors
    /// `Conflict` without an app; `ProofNeeded` without a recent proof.
    async fn renew_recovery_codes(&self, caller: &Caller) -> Result<RecoveryCodes>;

    /// Notes on the caller's session that they proved who they are: by the code of their second factor, or by their password
    /// when they have none. Answers when.
    ///
    /// # Errors
    /// `Unauthenticated` for what is wrong, `Invalid` when another proof is needed, `RateLimited` after too many wrong ones,
    /// `Conflict` for users of the identity provider.
    async fn prove(&self, caller: &Caller, given: GivenProof, client: &Client) -> Result<Timestamp>;

    /// Whether the user has a second factor.
    ///
    /// # Errors
    /// If the store fails.
    async fn has_second_factor(&self, user: &UserId) -> Result<bool>;
}

/// Proves who somebody is.
pub struct SecondFactorService<S: UnitOfWork> {
    runner: Arc<Runner<S>>,
    apps: Option<Arc<dyn AuthenticatorApps>>,
    throttle: Arc<dyn SignInThrottle>,
    sign_in: Arc<dyn SignsIn>,
}

impl<S: UnitOfWork> SecondFactorService<S>
where
    S::Connection: View<dyn SecondFactors>,
{
    /// A service over these parts; without apps it is unavailable.
    pub fn new(
        runner: Arc<Runner<S>>,
        apps: Option<Arc<dyn AuthenticatorApps>>,
        throttle: Arc<dyn SignInThrottle>,
        sign_in: Arc<dyn SignsIn>,
    ) -> Self {
        Self { runner, apps, throttle, sign_in }
    }

    fn apps(&self) -> Result<&dyn AuthenticatorApps> {
        self.apps.as_deref().ok_or(Error::Unavailable { what: "local sign-in", source: None })
    }

    /// The name that the user signs in with, and their app.
    async fn find(&self, user: &UserId) -> Result<(String, Option<KnownApp>)> {
        let user = user.clone();
        let found = self.runner.store().read(move |connection| {
            let factors = connection.view();
            Ok((factors.find_identifier(&user)?, factors.find_app(&user)?))
        });
        let (identifier, app) = found.await?;
        Ok((identifier.ok_or_else(elsewhere)?, app))
    }

    /// What a code is good for. Wrong ones are counted apart from wrong passwords, or whoever has the password could guess
    /// at codes without end.
    fn check(&self, user: &UserId, app: &KnownApp, code: &str, keys: &SignInKeys) -> Result<Evidence> {
        let now = self.runner.now();
        self.throttle.attempt(keys, now)?;
        let typed: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let evidence = match RecoveryCode::parse(&typed) {
            Some(code) => Evidence::RecoveryCode(code.hash()?),
            None => {
                let step = self.apps()?.matching_step(user, &app.seed, &typed, now)?;
                Evidence::AppCode(step.ok_or_else(wrong_code)?)
            }
        };
        Ok(evidence)
    }

    fn draw(&self) -> Result<(Vec<SecretHash>, RecoveryCodes)> {
        let codes = RecoveryCode::generate(self.runner.entropy().as_ref());
        let hashes = codes.iter().map(RecoveryCode::hash).collect::<Result<_>>()?;
        Ok((hashes, RecoveryCodes::of(&codes)))
    }
}

fn user(caller: &Caller) -> Result<&UserId> {
    caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user proves who they are"))
}

fn keys(identifier: &str, client: &Client) -> SignInKeys {
    SignInKeys { identifier: format!("code of {identifier}"), client: client.limited_as.clone() }
}

#[async_trait]
impl<S> ProvesIdentity for SecondFactorService<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn SecondFactors>,
{
    async fn begin(&self, caller: &Caller) -> Result<Enrolment> {
        let apps = self.apps()?;
        let seed = Seed::generate(self.runner.entropy().as_ref());
        let identifier = self.runner.command(caller, BeginSecondFactor { seed: seed.clone() }).await?.output;
        apps.enrolment(user(caller)?, &seed, &identifier)
    }

    async fn confirm(&self, caller: &Caller, code: &str, client: &Client) -> Result<RecoveryCodes> {
        let user = user(caller)?;
        let (identifier, app) = self.find(user).await?;
        let app = app.filter(|app| app.confirmed_at.is_none()).ok_or_else(not_begun)?;
        let keys = keys(&identifier, client);
        let Evidence::AppCode(step) = self.check(user, &app, code, &keys)? else { return Err(wrong_code()) };
        let (hashes, shown) = self.draw()?;
        let command = ConfirmSecondFactor { seed: app.seed, step, recovery_codes: hashes };
        self.runner.command(caller, command).await?;
        self.throttle.succeeded(&keys);
        Ok(shown)
    }

    async fn renew_recovery_codes(&self, caller: &Caller) -> Result<RecoveryCodes> {
        let (recovery_codes, shown) = self.draw()?;
        self.runner.command(caller, RenewRecoveryCodes { recovery_codes }).await?;
        Ok(shown)
    }

    async fn prove(&self, caller: &Caller, given: GivenProof, client: &Client) -> Result<Timestamp> {
        let user = user(caller)?;
        let (identifier, app) = self.find(user).await?;
        let app = app.filter(|app| app.confirmed_at.is_some());
        let keys = keys(&identifier, client);
        let evidence = match (app, given) {
            (Some(app), GivenProof { code: Some(code), .. }) => self.check(user, &app, &code, &keys)?,
            (Some(_), _) => return Err(Error::invalid("code", "this account has a second factor: send its code")),
            (None, GivenProof { password: Some(password), .. }) => {
                let known = self.sign_in.prove(&identifier, password, client).await?;
                Evidence::Password(known.password_hash)
            }
            (None, _) => return Err(Error::invalid("password", "is needed, since this account has no second factor")),
        };
        let is_code = !matches!(evidence, Evidence::Password(_));
        let proved_at = self.runner.command(caller, ProveIdentity { evidence }).await?.output;
        if is_code {
            self.throttle.succeeded(&keys);
        }
        Ok(proved_at)
    }

    async fn has_second_factor(&self, user: &UserId) -> Result<bool> {
        let user = user.clone();
        let app = self.runner.store().read(move |connection| connection.view().find_app(&user)).await?;
        Ok(app.is_some_and(|app| app.confirmed_at.is_some()))
    }
}
