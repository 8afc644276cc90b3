//! Everybody the system knows, whoever vouches for their identity.

mod model;
mod port;
mod provision;

pub use model::{User, UserStatus};
#[cfg(any(test, feature = "mock"))]
pub use port::MockUsers;
pub use port::Users;
pub use provision::{ProvisionUser, ProvisionsUsers};
