//! The second factor of local users: an authenticator app, with recovery codes for when it is lost.

mod app;
mod begin;
mod confirm;
mod port;
mod prove;
mod recovery_code;
mod remove;
mod renew_codes;
mod reset;
#[cfg(test)]
mod samples;
mod service;
mod show;

#[cfg(any(test, feature = "mock"))]
pub use app::MockAuthenticatorApps;
pub use app::{AuthenticatorApps, Enrolment, Seed};
pub use begin::BeginSecondFactor;
pub use confirm::ConfirmSecondFactor;
#[cfg(any(test, feature = "mock"))]
pub use port::MockSecondFactors;
pub use port::{KnownApp, SecondFactors};
pub use prove::{Evidence, ProveIdentity};
pub use recovery_code::{RecoveryCode, RecoveryCodes};
pub use remove::RemoveSecondFactor;
pub use renew_codes::RenewRecoveryCodes;
pub use reset::ResetSecondFactor;
pub use service::{GivenProof, ProvesIdentity, SecondFactorService};
pub use show::{SecondFactorState, ShowSecondFactor};

use aedile_kernel::{Context, Credential, Error, Result, UserId};

const RESOURCE: &str = "second_factor";

/// Whose second factor the caller has a say over. A program has none over its owner's.
fn owner(cx: &Context) -> Result<&UserId> {
    match cx.caller.credential {
        Credential::LocalToken | Credential::CliToken(_) => {}
        Credential::ProviderToken => return Err(elsewhere()),
        _ => return Err(Error::forbidden("only somebody who signed in has a second factor")),
    }
    cx.caller.user_id.as_ref().ok_or_else(elsewhere)
}

/// Refuses users of the identity provider.
fn elsewhere() -> Error {
    Error::conflict("this account's second factor is kept by the identity provider; change it there")
}

/// Refuses a code that fits nothing.
fn wrong_code() -> Error {
    Error::unauthenticated("this code is wrong, or was used before: wait for the next one, or take a recovery code")
}
