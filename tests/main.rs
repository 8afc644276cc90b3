//! Black-box tests of the whole server, on SQLite and, where there is one, on PostgreSQL.
//!
//! The folders mirror the URL tree. Every test has a database and a server of its own:
//!
//! ```ignore
//! #[tokio::test]
//! async fn roles_are_listed() {
//!     on_each_backend(async |app| {
//!         let admin = app.super_admin().await;
//!         let reply = admin.get("/admin/system/roles").await;
//!         assert_eq!(reply.status, 200);
//!     })
//!     .await;
//! }
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on has failed"
)]

mod admin_system;
mod api;
mod authority;
mod by_name;
mod crash;
mod dashboard;
mod documents;
mod entry_points;
mod gateway;
mod health;
mod input;
mod limits;
mod manners;
mod ofrep;
mod openapi;
mod operations;
mod replicas;
mod security;
mod spellings;
mod support;
mod surface;
mod text;
mod v1;
