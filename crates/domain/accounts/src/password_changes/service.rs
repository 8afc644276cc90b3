//! Passwords, from the typed ones to the kept ones.

use std::sync::Arc;

use aedile_kernel::{Caller, Credential, Error, PermissionSet, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::change::{ChangePassword, elsewhere};
use super::port::LocalPasswords;
use super::request_reset::RequestPasswordReset;
use super::reset::ResetPassword;
use super::token::LinkToken;
use crate::passwords::{Password, PasswordHasher};
use crate::sign_in::{Client, SignedIn, SignsIn};

/// Changes passwords, over a store it does not name.
#[async_trait]
pub trait ChangesPasswords: Send + Sync {
    /// Changes the password of somebody who signed in, and signs them in anew.
    ///
    /// # Errors
    /// As of [`Self::change`]; `Conflict` for users of the identity provider.
    async fn change_own(&self, caller: &Caller, present: Password, new: Password, client: Client) -> Result<SignedIn>;

    /// Changes a password by the present one, and signs its user in.
    ///
    /// # Errors
    /// As of a sign-in with the present password; `Invalid` about `new_password` when nobody may choose it.
    async fn change(&self, identifier: &str, present: Password, new: Password, client: Client) -> Result<SignedIn>;

    /// Mails a link to choose a new password with, if somebody signs in with this address.
    ///
    /// # Errors
    /// `Invalid` for what is no address; otherwise if the store fails.
    async fn request_reset(&self, caller: &Caller, identifier: &str) -> Result<()>;

    /// Keeps the password that was chosen by a link.
    ///
    /// # Errors
    /// `Gone` for a link that is unknown, used or over; `Invalid` about `new_password` when nobody may choose it.
    async fn reset(&self, caller: &Caller, token: &str, new: Password) -> Result<()>;
}

/// Changes passwords.
pub struct PasswordService<S: UnitOfWork> {
    runner: Arc<Runner<S>>,
    hasher: Arc<dyn PasswordHasher>,
    sign_in: Arc<dyn SignsIn>,
}

impl<S: UnitOfWork> PasswordService<S> {
    /// A service over these parts.
    pub fn new(runner: Arc<Runner<S>>, hasher: Arc<dyn PasswordHasher>, sign_in: Arc<dyn SignsIn>) -> Self {
        Self { runner, hasher, sign_in }
    }
}

#[async_trait]
impl<S> ChangesPasswords for PasswordService<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn LocalPasswords>,
{
    async fn change_own(&self, caller: &Caller, present: Password, new: Password, client: Client) -> Result<SignedIn> {
        let user = caller.user_id.clone().ok_or_else(|| Error::forbidden("only a user has a password"))?;
        let found = self.runner.store().read(move |connection| connection.view().identifier_of(&user)).await?;
        self.change(&found.ok_or_else(elsewhere)?, present, new, client).await
    }

    async fn change(&self, identifier: &str, present: Password, new: Password, client: Client) -> Result<SignedIn> {
        let known = self.sign_in.prove(identifier, present.clone(), &client).await?;
        if present == new {
            return Err(Error::invalid("new_password", "must not be the present password"));
        }
        let new_hash = self.hasher.hash(new.clone().chosen_by_owner(&[&known.user.identifier])?).await?;
        let caller = Caller::user(&known.user.id, None, Credential::LocalToken, PermissionSet::USER);
        let command = ChangePassword { present_hash: known.password_hash, new_hash };
        self.runner.command(&Caller { request: client.request.clone(), ..caller }, command).await?;
        self.sign_in.sign_in(identifier, new, client).await
    }

    async fn request_reset(&self, caller: &Caller, identifier: &str) -> Result<()> {
        let token = LinkToken::generate(self.runner.entropy().as_ref());
        let command = RequestPasswordReset { identifier: identifier.to_owned(), token };
        self.runner.command(caller, command).await.map(drop)
    }

    async fn reset(&self, caller: &Caller, token: &str, new: Password) -> Result<()> {
        let token_hash = LinkToken::try_from(token.to_owned())?.hash();
        let new_hash = self.hasher.hash(new.chosen_by_owner(&[])?).await?;
        self.runner.command(caller, ResetPassword { token_hash, new_hash }).await.map(drop)
    }
}
