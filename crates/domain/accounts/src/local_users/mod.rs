//! Users with a password kept here.

mod create;
mod delete;
mod get;
pub(crate) mod guard;
mod identifier;
mod list;
mod model;
mod port;
mod update;

pub use aedile_kernel::LocalRole;
pub use create::{CreateLocalUser, NewLocalUser, create_local_user};
pub use delete::{DeleteLocalUser, Deleted};
pub use get::GetLocalUser;
pub use identifier::{Identifier, IdentifierType};
pub use list::ListLocalUsers;
pub use model::{LocalAccount, LocalUser};
pub use port::LocalUsers;
#[cfg(any(test, feature = "mock"))]
pub use port::MockLocalUsers;
pub use update::UpdateLocalUser;

#[cfg(test)]
pub(crate) mod testing;
