#![doc = include_str!("../README.md")]

pub mod announcements;
pub mod flags;
mod input;
pub mod usage;

use aedile_kernel::{Registry, UnitOfWork, View};

use announcements::{
    ActiveAnnouncements, Announcements, CreateAnnouncement, DeleteAnnouncement, GetAnnouncement, ListAnnouncements,
    UpdateAnnouncement,
};
use flags::{CountReach, CreateFlag, DeleteFlag, Flags, GetFlag, ListFlags, UpdateFlag};
use usage::{GetUsage, Usage};

/// Lists every operation of this crate.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Flags> + View<dyn Announcements> + View<dyn Usage>,
{
    registry
        .query::<ListFlags>()
        .query::<GetFlag>()
        .query::<CountReach>()
        .command::<CreateFlag>()
        .command::<UpdateFlag>()
        .command::<DeleteFlag>()
        .query::<ListAnnouncements>()
        .query::<GetAnnouncement>()
        .query::<ActiveAnnouncements>()
        .command::<CreateAnnouncement>()
        .command::<UpdateAnnouncement>()
        .command::<DeleteAnnouncement>()
        .query::<GetUsage>();
}
