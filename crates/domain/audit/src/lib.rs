#![doc = include_str!("../README.md")]

pub mod chain;
pub mod trail;

use aedile_kernel::{Registry, UnitOfWork, View};

/// Registers the operations of this crate.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn trail::AuditTrail> + View<dyn chain::AuditChain>,
{
    registry.query::<trail::ListAudit>().query::<chain::AuditHead>().query::<chain::VerifyAudit>();
}
