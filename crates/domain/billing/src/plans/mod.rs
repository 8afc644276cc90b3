//! Plans: each user has one, with credits to use up.

mod adjust;
mod events;
mod get;
#[cfg(test)]
mod memory;
mod model;
mod open;
mod port;
mod refill;
mod reset;
mod set;

pub use adjust::AdjustPlanCredits;
pub use events::ListCreditEvents;
pub use get::GetPlan;
pub use model::{CreditEvent, PlanTier, Refilled, UserPlan};
pub use open::watch;
#[cfg(any(test, feature = "mock"))]
pub use port::MockPlans;
pub use port::Plans;
pub use reset::{ResetPlan, ResetsPlans};
pub use set::SetPlan;

/// The kind of thing in the audit log.
const RESOURCE: &str = "plan";
/// What everybody begins with.
const FIRST_TIER: &str = "free";
