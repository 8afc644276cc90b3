//! Feature flags, announcements and usage.

mod announcements;
mod flags;
mod members;
mod usage;

#[cfg(test)]
mod contract;
