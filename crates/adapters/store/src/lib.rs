#![doc = include_str!("../README.md")]

mod accounts;
mod any_connection;
mod audit;
mod billing;
mod catalog;
mod connection;
mod database_url;
mod error;
mod invalidation;
mod journal;
mod messaging;
mod migrations;
mod moderation;
mod page;
mod platform;
mod pool;
mod pooler;
mod pruning;
mod rbac;
mod read;
mod reporting;
mod schema;
mod store;
mod transaction;
mod whole;
mod writer;

#[cfg(test)]
mod administrators_tests;
#[cfg(test)]
mod testing;

pub use connection::Connection;
pub use database_url::check_database_url;
pub use invalidation::InvalidationWatch;
pub use journal::{Outbox, OutboxRow};
pub use pruning::Prunable;
pub use store::{Options, Store};
