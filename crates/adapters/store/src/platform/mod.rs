//! Feature flags, announcements and usage.

mod announcements;
mod flags;
mod page;
mod usage;

#[cfg(test)]
mod contract;
