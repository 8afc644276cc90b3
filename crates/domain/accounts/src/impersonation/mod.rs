//! Impersonation: an admin acts as a user for a while, to see what the user sees.
//!
//! Nobody acts as an admin, or as themself. Whoever acts as a user may do what [`Operation::ADMITS_IMPERSONATOR`] says, and
//! each audit row names both. The token is good while its row says so: each request and each write reads that again.
//!
//! [`Operation::ADMITS_IMPERSONATOR`]: aedile_kernel::Operation::ADMITS_IMPERSONATOR

mod begin;
mod end;
mod list;
mod model;
mod port;
#[cfg(test)]
mod samples;
mod service;

pub use begin::BeginImpersonation;
pub use end::EndImpersonation;
pub use list::ListImpersonations;
pub use model::{Impersonation, ImpersonationId, NewImpersonation, Party, StartedImpersonation};
pub use port::Impersonations;
#[cfg(any(test, feature = "mock"))]
pub use port::MockImpersonations;
pub use service::{Impersonates, ImpersonationService, find_going_on};

const RESOURCE: &str = "impersonation";
