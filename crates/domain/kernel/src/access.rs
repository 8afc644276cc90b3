//! What a caller's rights stand on, and how they are judged: once when a request begins, and again inside each write.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account::AccountStatus;
use crate::assurance::Assurance;
use crate::caller::{Caller, Credential};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::id::UserId;
use crate::operation::{Admits, Effect, Operation};
use crate::permission::PermissionSet;
use crate::time::Timestamp;

/// What gives a caller permissions. An API family accepts some of these, and an operation is open by name to whatever
/// the families of its routes accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// The `is_admin` flag of a user who signed in, or whose command-line token this is.
    AdminFlag,
    /// The scopes of an API key, as far as its owner's `is_admin` flag reaches.
    ApiKey,
    /// The operator's `X-Admin-Key`.
    OperatorKey,
    /// The role of a user who signed in with the admin claim.
    Role,
}

impl Authority {
    /// Every authority.
    pub const ALL: [Self; 4] = [Self::AdminFlag, Self::ApiKey, Self::OperatorKey, Self::Role];
}

/// What a caller's rights are read from again inside each write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Nothing: the server's own callers, anonymous ones, and later steps of a procedure that was allowed to begin.
    Fixed,
    /// The rows of the caller's account and credential.
    Rows {
        /// What may give permissions in this call.
        authorities: &'static [Authority],
        /// Whether the identity provider's token has the admin claim.
        has_admin_claim: bool,
        /// When the sign-in's token ends; `None` when only rows end the credential.
        expires_at: Option<Timestamp>,
    },
}

/// The state of an account, as far as it decides what the account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountState {
    /// The state.
    pub status: AccountStatus,
    /// Whether the account's access is switched off.
    pub api_disabled: bool,
}

impl AccountState {
    /// The state of most accounts, and of callers that have none.
    pub const IN_USE: Self = Self { status: AccountStatus::Active, api_disabled: false };

    /// Refuses an operation that accounts in this state may not run.
    ///
    /// # Errors
    /// `Unauthenticated` when the account was deleted; `AccountState` when its access is switched off, it is on hold, or
    /// it is about to be deleted, and the operation does not admit that.
    pub fn admit(self, admits: Admits, effect: Effect) -> Result<()> {
        let refusal = match self.status {
            AccountStatus::Deleted => return Err(Error::unauthenticated("this account was deleted")),
            _ if self.api_disabled => "access is switched off for this account",
            AccountStatus::Held if admits != Admits::Held => "this account is on hold",
            AccountStatus::PendingDeletion if admits == Admits::InUse && effect != Effect::Read => {
                "this account is about to be deleted and may only read, or cancel the deletion"
            }
            AccountStatus::Active | AccountStatus::Held | AccountStatus::PendingDeletion => return Ok(()),
        };
        Err(Error::AccountState(refusal.into()))
    }
}

/// What a caller may do by what the rows say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// The permissions that count in this call.
    pub permissions: PermissionSet,
    /// The state of the caller's account.
    pub state: AccountState,
    /// How far the caller proved who they are.
    pub assurance: Assurance,
}

/// Reads a caller's rights inside a transaction.
pub trait Access {
    /// What a caller whose basis is [`Basis::Rows`] may do at `now`, by what is committed when this is called and by what
    /// this transaction itself changed.
    ///
    /// # Errors
    /// `Unauthenticated` when the account, or the key or token that was shown, is gone, revoked or expired.
    fn find_rights(&mut self, caller: &Caller, now: Timestamp) -> Result<Rights>;

    /// Keeps the state of this account as it is until the transaction ends. It comes before all locks but that of
    /// [`Access::lock_changes`].
    ///
    /// # Errors
    /// If the store fails.
    fn hold_account(&mut self, user: &UserId) -> Result<()>;

    /// Waits until no other transaction changes who may do what, and keeps others from it until this one ends. It is the
    /// first lock of a transaction.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_changes(&mut self) -> Result<()>;
}

/// Checks the caller's account state, network, permission and proof for `O`, and that it may be done in another's name.
pub(crate) fn permit<O: Operation>(caller: &Caller, now: Timestamp, recent_seconds: i64) -> Result<()> {
    caller.state.admit(O::ADMITS, O::EFFECT)?;
    if caller.request.is_outside_admin_networks && O::PERMISSION.is_administrative() {
        return Err(Error::forbidden("admin operations are open to certain networks only, and this is none of them"));
    }
    if !caller.permissions.contains(O::PERMISSION) {
        return Err(match caller.credential {
            Credential::Anonymous => Error::unauthenticated("a credential is needed"),
            _ => Error::Denied(O::PERMISSION),
        });
    }
    if caller.impersonator.is_some() && !O::ADMITS_IMPERSONATOR {
        return Err(Error::forbidden(
            "an admin who acts as a user may not do this in their name: stop acting as them, or ask them to do it",
        ));
    }
    caller.assurance.admit(O::PROOF, now, recent_seconds)
}

/// The caller with the rights they still have, which are never more than those the request began with; refuses a caller
/// who may no longer run `O`.
pub(crate) fn permit_again<O: Operation>(access: &mut dyn Access, cx: &Context) -> Result<Caller> {
    let (caller, now) = (&cx.caller, cx.now);
    if O::CHANGES_ACCESS {
        access.lock_changes()?;
    }
    let Basis::Rows { expires_at, .. } = caller.basis else { return Ok(caller.clone()) };
    if let Some(user) = &caller.user_id
        && !O::CHANGES_ACCESS
        && !O::PERMISSION.is_administrative()
    {
        // What users do to their own account follows its state, so the state must not change meanwhile.
        access.hold_account(user)?;
    }
    if expires_at.is_some_and(|end| end <= now) {
        return Err(Error::unauthenticated("the token has expired"));
    }
    let Rights { permissions, state, assurance } = access.find_rights(caller, now)?;
    let permissions = caller.permissions.intersection(permissions);
    let caller = Caller { permissions, state, assurance, ..caller.clone() };
    permit::<O>(&caller, now, cx.policy.step_up.recent_seconds)?;
    Ok(caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_20_an_account_does_what_its_state_admits() {
        use AccountStatus::{Active, Held, PendingDeletion};
        use Effect::{Read, Write};
        let admitted =
            |status, api_disabled, admits, effect| AccountState { status, api_disabled }.admit(admits, effect).is_ok();
        let all = [Admits::InUse, Admits::PendingDeletion, Admits::Held];
        for (status, effect, expected) in [
            (Active, Read, [true, true, true]),
            (Active, Write, [true, true, true]),
            (PendingDeletion, Read, [true, true, true]),
            (PendingDeletion, Write, [false, true, true]),
            (Held, Read, [false, false, true]),
            (Held, Write, [false, false, true]),
        ] {
            assert_eq!(all.map(|admits| admitted(status, false, admits, effect)), expected, "{status:?} {effect:?}");
            assert_eq!(all.map(|admits| admitted(status, true, admits, effect)), [false; 3], "switched off");
        }
        let gone = AccountState { status: AccountStatus::Deleted, api_disabled: false };
        assert!(matches!(gone.admit(Admits::Held, Read), Err(Error::Unauthenticated(_))));
    }
}
