//! Invitations, from the link to the user.

use std::sync::Arc;

use aedile_kernel::{Caller, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::accept::{AcceptInvitation, over};
use super::model::{Invitation, InvitationState};
use super::port::Invitations;
use super::token::InvitationToken;
use crate::local_users::LocalUser;
use crate::passwords::{Password, PasswordHasher};

/// Accepts invitations, over a store it does not name.
#[async_trait]
pub trait AcceptsInvitations: Send + Sync {
    /// The invitation behind a link.
    ///
    /// # Errors
    /// `Gone` for a link that is unknown, used, revoked, replaced or over.
    async fn find(&self, token: &str) -> Result<Invitation>;

    /// Makes the user who was invited, with the password that they chose.
    ///
    /// # Errors
    /// As of [`Self::find`], and `Gone` when who invited can't do so any more; `Invalid` about `new_password` when nobody may
    /// choose it; `Conflict` when somebody signs in with the identifier by now.
    async fn accept(&self, caller: &Caller, token: &str, password: Password) -> Result<LocalUser>;
}

/// Accepts invitations.
pub struct InvitationService<S: UnitOfWork> {
    runner: Arc<Runner<S>>,
    hasher: Arc<dyn PasswordHasher>,
}

impl<S: UnitOfWork> InvitationService<S> {
    /// A service over these parts.
    pub fn new(runner: Arc<Runner<S>>, hasher: Arc<dyn PasswordHasher>) -> Self {
        Self { runner, hasher }
    }
}

#[async_trait]
impl<S> AcceptsInvitations for InvitationService<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Invitations>,
{
    async fn find(&self, token: &str) -> Result<Invitation> {
        let (token_hash, now) = (InvitationToken::try_from(token.to_owned())?.hash(), self.runner.now());
        let found = self.runner.store().read(move |connection| connection.view().find_by_token(&token_hash)).await?;
        found.filter(|found| found.state(now) == InvitationState::Open).ok_or_else(over)
    }

    async fn accept(&self, caller: &Caller, token: &str, password: Password) -> Result<LocalUser> {
        let found = self.find(token).await?;
        let token_hash = InvitationToken::try_from(token.to_owned())?.hash();
        let password_hash = self.hasher.hash(password.chosen_by_owner(&[&found.identifier])?).await?;
        Ok(self.runner.command(caller, AcceptInvitation { token_hash, password_hash }).await?.output)
    }
}
