#![doc = include_str!("../README.md")]

mod accounts;
mod any_connection;
mod audit_trail;
mod billing;
mod catalog;
mod connection;
mod database_url;
mod error;
mod invalidation;
mod journal;
mod mail;
mod migrations;
mod moderation;
mod page;
mod platform;
mod pool;
mod pruning;
mod read;
mod roles;
mod rules;
mod schema;
mod sign_ins;
mod store;
mod transaction;
mod whole;
mod writer;

#[cfg(test)]
mod administrators;
#[cfg(test)]
mod testing;

pub use connection::Connection;
pub use database_url::check_database_url;
pub use invalidation::InvalidationWatch;
pub use journal::{Outbox, OutboxRow};
pub use pruning::Prunable;
pub use store::{Options, Store};
