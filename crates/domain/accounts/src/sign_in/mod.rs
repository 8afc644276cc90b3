//! Identifier and password in, token out.

mod port;
mod renew_session;
mod service;
mod start_session;
mod throttle;

#[cfg(any(test, feature = "mock"))]
pub use port::MockSignIns;
pub use port::{Credentials, SignIns};
pub use renew_session::{RenewSession, RenewedSession};
pub use service::{Client, NewSessionToken, SignIn, SignedIn, SignsIn};
pub use start_session::StartSession;
#[cfg(any(test, feature = "mock"))]
pub use throttle::MockSignInThrottle;
pub use throttle::{SignInKeys, SignInThrottle, penalty_seconds};

/// The one answer to an identifier that nobody has and to a password that is wrong.
fn wrong() -> aedile_kernel::Error {
    aedile_kernel::Error::unauthenticated("Incorrect e-mail or password.")
}
