//! Accounts on hold, while admins look into something.

mod hold;
mod release;

pub use hold::HoldAccount;
pub(crate) use hold::may_judge;
pub use release::ReleaseAccount;
