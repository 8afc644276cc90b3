//! The tables, as both databases have them; one file a slice.

pub(crate) mod billing;
pub(crate) mod catalog;
pub(crate) mod community;
pub(crate) mod journal;
pub(crate) mod mail;
pub(crate) mod moderation;
pub(crate) mod payments;
pub(crate) mod platform;
pub(crate) mod roles;
pub(crate) mod rules;
pub(crate) mod sign_ins;
pub(crate) mod users;
