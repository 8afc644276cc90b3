//! What users see and change of themselves.

mod get;
mod model;
mod port;
mod update;

pub use get::GetProfile;
pub use model::Profile;
#[cfg(any(test, feature = "mock"))]
pub use port::MockProfiles;
pub use port::Profiles;
pub use update::UpdateProfile;

use aedile_kernel::{Context, Error, Result, UserId};

/// The user who calls.
pub(crate) fn own(cx: &Context) -> Result<&UserId> {
    cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user has a profile"))
}
