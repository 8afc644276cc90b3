//! Everybody the system knows, whoever vouches for their identity.

mod model;
mod port;
mod provision;
#[cfg(test)]
mod sample;

pub use aedile_kernel::AccountStatus;
pub use model::User;
#[cfg(any(test, feature = "mock"))]
pub use port::MockUsers;
pub use port::Users;
pub use provision::{ProvisionUser, ProvisionsUsers, Told};
#[cfg(test)]
pub(crate) use sample::sample;
