#![doc = include_str!("../README.md")]

mod accept;
mod admin_key;
mod app;
mod body;
mod cache;
mod call;
mod client_address;
mod cookies;
mod environment;
mod families;
mod hot_reads;
mod identity;
mod limits;
mod named_operations;
mod openapi;
mod partial;
mod query_names;
mod refusal;
mod request_guard;
mod routes;
mod server;
mod unread_body;
mod upload;
mod voucher_guesses;

pub use admin_key::AdminKey;
pub use app::{App, Dependencies};
pub use client_address::TrustedProxies;
pub use environment::Environment;
pub use families::health::Readiness;
pub use hot_reads::HotReads;
pub use limits::Rates;
pub use named_operations::operations_by_name;
pub use openapi::document;
pub use routes::RouteDescription;
pub use server::{configure, guarded, routes};
