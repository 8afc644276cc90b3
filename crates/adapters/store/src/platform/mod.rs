//! Feature flags, announcements and usage.

mod announcements;
mod figures;
mod flags;
mod members;
mod usage;

#[cfg(test)]
mod contract;
