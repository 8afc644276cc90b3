//! Feature flags: who sees what is not for everybody yet.

mod create;
mod delete;
mod evaluation;
mod get;
mod list;
mod model;
mod port;
mod reach;
mod rollout;
mod rules;
#[cfg(test)]
mod samples;
mod update;

pub use create::CreateFlag;
pub use delete::DeleteFlag;
pub use evaluation::{Evaluation, FlagSet, FlagSubject, Reason, bucket};
pub use get::GetFlag;
pub use list::ListFlags;
pub use model::{Flag, FlagId, NewFlag};
#[cfg(any(test, feature = "mock"))]
pub use port::MockFlags;
pub use port::{Flags, Member};
pub use reach::{CountReach, Reach};
pub use rollout::Rollout;
pub use update::UpdateFlag;

/// The kind of thing in the audit log.
const RESOURCE: &str = "feature_flag";
