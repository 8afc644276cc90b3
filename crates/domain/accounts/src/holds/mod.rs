//! Accounts on hold, while admins look into something.

mod hold;
mod release;

pub use hold::HoldAccount;
pub use release::ReleaseAccount;
