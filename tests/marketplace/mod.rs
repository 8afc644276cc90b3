//! `/v1`: people, moderation and the catalog.

mod sign_in;
