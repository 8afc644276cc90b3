//! Packages that are taken, and hundreds that are not; and where they are kept.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on has failed")]

mod bucket;
mod corpus;
mod folder;
mod hostile;
mod taken;
