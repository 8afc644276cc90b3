#![doc = include_str!("../README.md")]

mod accept;
mod admin_key;
mod app;
mod body;
mod cache;
mod call;
mod client_address;
mod cookies;
mod desk;
mod dialect;
mod door;
mod environment;
mod facts;
mod identity;
mod limits;
mod openapi;
mod ops;
mod partial;
mod query_names;
mod refusal;
mod routes;
mod server;
mod unread_body;
mod upload;
mod voucher_guesses;

pub use admin_key::AdminKey;
pub use app::{App, Parts};
pub use client_address::TrustedProxies;
pub use desk::operations_by_name;
pub use environment::Environment;
pub use facts::Facts;
pub use limits::Rates;
pub use openapi::document;
pub use ops::Readiness;
pub use routes::RouteDescription;
pub use server::{configure, guarded, routes};
