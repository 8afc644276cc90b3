//! Feature flags, announcements and usage.

mod announcements;
mod figures;
mod flags;
mod usage;

#[cfg(test)]
mod contract;
