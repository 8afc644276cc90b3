//! Sessions of local users, and their end before their token's.

mod end;
mod port;
mod service;

pub use end::EndSession;
#[cfg(any(test, feature = "mock"))]
pub use port::MockRevokedTokens;
pub use port::RevokedTokens;
pub use service::KnowsSessions;
