//! Principals: what is known of a user who calls, and what follows from it for this one request.

mod list_permissions;
mod model;
mod own;
mod port;
mod rights;

pub use aedile_kernel::{AccountStatus, LocalRole};
pub use list_permissions::{ListPermissions, PermissionDescription};
pub use model::{AssignedRole, Principal};
pub use own::ShowOwnPermissions;
#[cfg(any(test, feature = "mock"))]
pub use port::MockPrincipals;
pub use port::Principals;
pub use rights::{Holding, effective_tier};
