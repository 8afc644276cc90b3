//! Claims: who says that a skill of another registry is theirs.

mod approve;
mod award;
mod create;
mod get;
mod list;
mod model;
mod port;
mod reject;
#[cfg(test)]
mod samples;

pub use approve::ApproveClaim;
pub use create::CreateClaim;
pub use get::{ContestedClaim, GetClaim};
pub use list::ListSandboxedClaims;
pub use model::{Claim, ClaimId, ClaimStatus, Claimant, ClaimedSkill, NewClaim};
pub use port::Claims;
#[cfg(any(test, feature = "mock"))]
pub use port::MockClaims;
pub use reject::RejectClaim;

/// The kind of thing in the audit log.
const RESOURCE: &str = "claim";
