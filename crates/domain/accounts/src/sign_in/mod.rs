//! Identifier and password in, token out.

mod port;
mod service;
mod throttle;

#[cfg(any(test, feature = "mock"))]
pub use port::MockSignIns;
pub use port::{Credentials, SignIns};
pub use service::{SignIn, SignedIn, SignsIn};
#[cfg(any(test, feature = "mock"))]
pub use throttle::MockSignInThrottle;
pub use throttle::{SignInKeys, SignInThrottle, penalty_seconds};
