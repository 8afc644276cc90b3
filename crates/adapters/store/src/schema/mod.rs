//! The tables, as both databases have them; one file a slice.

pub(crate) mod journal;
pub(crate) mod platform;
pub(crate) mod roles;
pub(crate) mod rules;
pub(crate) mod users;
