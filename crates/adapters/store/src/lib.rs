#![doc = include_str!("../README.md")]

mod accounts;
mod any_connection;
mod audit_trail;
mod billing;
mod catalog;
mod connection;
mod database_url;
mod error;
mod journal;
mod mail;
mod migrations;
mod moderation;
mod page;
mod platform;
mod pool;
mod read;
mod roles;
mod rules;
mod schema;
mod sign_ins;
mod store;
mod transaction;
mod writer;

#[cfg(test)]
mod administrators;
#[cfg(test)]
mod testing;

pub use connection::Connection;
pub use journal::{Outbox, OutboxRow};
pub use store::{Options, Store};
