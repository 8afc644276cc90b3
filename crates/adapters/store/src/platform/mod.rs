//! Feature flags, announcements and usage.

mod announcements;
mod flags;
mod usage;

#[cfg(test)]
mod contract;
