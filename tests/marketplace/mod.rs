//! `/v1`: people, moderation and the catalog.

mod skills;
