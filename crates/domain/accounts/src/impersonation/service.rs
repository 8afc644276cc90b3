//! From the wish to act as a user to the token, and from the token back.

use std::sync::Arc;

use aedile_kernel::{Admits, Caller, Effect, Error, Permission, Result, Runner, Timestamp, UnitOfWork, View};
use async_trait::async_trait;

use super::begin::BeginImpersonation;
use super::model::{Impersonation, ImpersonationId, StartedImpersonation};
use super::port::Impersonations;
use crate::tokens::{ActingToken, TokenIssuer};

/// Lets admins act as users, over a store it does not name.
#[async_trait]
pub trait Impersonates: Send + Sync {
    /// Begins to act as a user, and makes the token for it.
    ///
    /// # Errors
    /// Of [`BeginImpersonation`]; `Unavailable` when local sign-in is not set up, since nothing signs the token then.
    async fn begin(&self, caller: &Caller, wanted: BeginImpersonation) -> Result<StartedImpersonation>;

    /// The impersonation of this number, as far as it goes on now.
    ///
    /// # Errors
    /// `Unauthenticated` when it is over; otherwise if the store fails.
    async fn check(&self, id: ImpersonationId) -> Result<Impersonation>;
}

/// Lets admins act as users.
pub struct ImpersonationService<S: UnitOfWork> {
    runner: Arc<Runner<S>>,
    issuer: Option<Arc<dyn TokenIssuer>>,
}

impl<S: UnitOfWork> ImpersonationService<S> {
    /// A service over these parts; without an issuer of tokens it is unavailable.
    pub fn new(runner: Arc<Runner<S>>, issuer: Option<Arc<dyn TokenIssuer>>) -> Self {
        Self { runner, issuer }
    }
}

#[async_trait]
impl<S> Impersonates for ImpersonationService<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Impersonations>,
{
    async fn begin(&self, caller: &Caller, wanted: BeginImpersonation) -> Result<StartedImpersonation> {
        let issuer = self.issuer.as_deref().ok_or(Error::Unavailable { what: "local sign-in", source: None })?;
        let impersonation = self.runner.command(caller, wanted).await?.output;
        let token = issuer.issue_acting(&ActingToken {
            user: &impersonation.user_id,
            acted_by: &impersonation.acted_by,
            impersonation_id: impersonation.id,
            now: impersonation.started_at,
            expires_at: impersonation.expires_at,
        })?;
        Ok(StartedImpersonation { token, impersonation })
    }

    async fn check(&self, id: ImpersonationId) -> Result<Impersonation> {
        let now = self.runner.now();
        self.runner.store().read(move |connection| find_going_on(connection.view(), id, now)).await
    }
}

/// The impersonation of this number, as far as it goes on at `now`: nobody ended it, its admin may still act as users, and
/// its user did not become an admin.
///
/// # Errors
/// `Unauthenticated` when it is over; otherwise if the store fails.
pub fn find_going_on(
    impersonations: &mut (impl Impersonations + ?Sized),
    id: ImpersonationId,
    now: Timestamp,
) -> Result<Impersonation> {
    let over = || Error::unauthenticated("you no longer act as this user: begin again");
    let found = impersonations.find(id)?.filter(|found| found.goes_on(now)).ok_or_else(over)?;
    let admin = impersonations.find_party(&found.acted_by, now)?.ok_or_else(over)?;
    let may_act = admin.permissions.contains(Permission::UsersImpersonate)
        && admin.state.admit(Admits::InUse, Effect::Write).is_ok();
    let user = impersonations.find_party(&found.user_id, now)?.ok_or_else(over)?;
    if may_act && !user.is_admin { Ok(found) } else { Err(over()) }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;
    use aedile_kernel::{AccountState, AccountStatus, PermissionSet, UserId};

    use super::super::model::Party;
    use super::super::port::MockImpersonations;
    use super::super::samples::{impersonation, ordinary, support};
    use super::*;

    fn check(found: Option<Impersonation>, admin: Option<Party>, user: Option<Party>) -> Result<Impersonation> {
        let mut impersonations = MockImpersonations::new();
        impersonations.expect_find().return_once(move |_| Ok(found));
        let is_admin = |id: &UserId| id.as_str() == "bob";
        impersonations.expect_find_party().returning(move |id, _| Ok(if is_admin(id) { admin } else { user }));
        find_going_on(&mut impersonations, ImpersonationId(1), Timestamp::from_micros(NOW))
    }

    #[test]
    fn it_goes_on_while_nobody_ended_it() {
        let now = Timestamp::from_micros(NOW);
        let (admin, user) = (Some(support()), Some(ordinary()));
        assert_eq!(check(Some(impersonation()), admin, user).unwrap(), impersonation());
        for over in [
            None,
            Some(Impersonation { ended_at: Some(now), ..impersonation() }),
            Some(Impersonation { expires_at: now, ..impersonation() }),
        ] {
            assert!(matches!(check(over, admin, user), Err(Error::Unauthenticated(_))));
        }
    }

    #[test]
    fn c_05_it_ends_with_the_rights_it_stood_on() {
        let held = AccountState { status: AccountStatus::Held, api_disabled: false };
        let demoted = Party { permissions: PermissionSet::USER, ..support() };
        let promoted = Party { is_admin: true, ..ordinary() };
        for (admin, user) in [
            (Some(demoted), Some(ordinary())),
            (Some(Party { state: held, ..support() }), Some(ordinary())),
            (None, Some(ordinary())),
            (Some(support()), Some(promoted)),
            (Some(support()), None),
        ] {
            let refused = check(Some(impersonation()), admin, user);
            assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{admin:?} {user:?}");
        }
    }
}
