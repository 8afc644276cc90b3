//! Tiers: how much a caller may ask for, from `anonymous`, always the lowest, to `admin`, always the highest.

mod delete;
pub(crate) mod fields;
mod list;
mod model;
mod port;
mod update;

pub use delete::DeleteTier;
pub use list::ListTiers;
pub use model::{ADMIN, ANONYMOUS, NewTier, Tier, TierId, TierUpdate};
#[cfg(any(test, feature = "mock"))]
pub use port::MockTiers;
pub use port::{TierUses, Tiers};
pub use update::UpdateTier;

#[cfg(test)]
pub(crate) use model::samples;

/// The kind of thing, as the audit log names it.
const RESOURCE: &str = "tier_config";
