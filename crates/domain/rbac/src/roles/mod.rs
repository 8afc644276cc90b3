//! Roles: named sets of permissions.

mod create;
mod edit;
mod guard;
mod list;
mod model;
mod port;
#[cfg(test)]
pub(crate) mod samples;
mod update;

pub use create::CreateRole;
pub(crate) use guard::require_all;
pub use list::ListRoles;
pub use model::{NewRole, Role, RoleId, SUPER_ADMIN};
#[cfg(any(test, feature = "mock"))]
pub use port::MockRoles;
pub use port::Roles;
pub use update::UpdateRole;
