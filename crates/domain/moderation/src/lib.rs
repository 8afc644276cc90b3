#![doc = include_str!("../README.md")]

pub mod claims;
pub mod detectors;
pub mod flags;

use aedile_kernel::{Registry, UnitOfWork, View};
use claims::{ApproveClaim, Claims, CreateClaim, GetClaim, ListSandboxedClaims, RejectClaim};
use flags::{AbuseFlags, GetAbuseFlag, ListAbuseFlags, ResolveAbuseFlag};

pub use detectors::watch;

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn AbuseFlags> + View<dyn Claims>,
{
    registry
        .query::<ListAbuseFlags>()
        .query::<GetAbuseFlag>()
        .command::<ResolveAbuseFlag>()
        .query::<ListSandboxedClaims>()
        .query::<GetClaim>()
        .command::<CreateClaim>()
        .command::<ApproveClaim>()
        .command::<RejectClaim>();
}
