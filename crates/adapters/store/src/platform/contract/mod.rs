//! What the ports promise, on both databases.

mod announcements;
mod flags;
mod members;
mod usage;
