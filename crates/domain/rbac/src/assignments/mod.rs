//! Assignments: who holds which role.

mod assign;
#[cfg(test)]
mod invalidation;
mod list;
mod model;
mod port;
mod promote;
mod revoke;
mod rules;
#[cfg(test)]
mod samples;

pub use assign::AssignRole;
pub use list::ListAssignments;
pub use model::{Assignment, AssignmentFilter, AssignmentId, NewAssignment, Person};
pub use port::Assignments;
#[cfg(any(test, feature = "mock"))]
pub use port::MockAssignments;
pub use promote::{PromoteFromConsole, Promoted};
pub use revoke::RevokeRole;
