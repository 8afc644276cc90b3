//! All users, as admins look them up.

mod get;
mod list;
mod model;
mod port;

pub use get::GetUser;
pub use list::ListUsers;
pub use model::{
    ActionSummary, Balances, ClaimSummary, DirectoryEntry, FlagSummary, PlanSummary, SortBy, SortOrder, UserDetail,
    UserFilter,
};
pub use port::Directory;
#[cfg(any(test, feature = "mock"))]
pub use port::MockDirectory;
