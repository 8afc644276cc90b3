#![doc = include_str!("../README.md")]

pub mod directory;
pub mod overview;

use aedile_kernel::{Registry, UnitOfWork, View};

/// Registers the operations of this crate.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn directory::Directory> + View<dyn overview::Figures>,
{
    registry.query::<directory::ListUsers>().query::<directory::GetUser>().query::<overview::GetOverview>();
}
