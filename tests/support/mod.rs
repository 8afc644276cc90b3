//! What the tests stand on.

mod agent;
mod app;
mod authenticator_app;
mod binary;
mod caller;
mod database;
pub(crate) mod described;
mod eventually;
mod frozen;
mod identity_provider;
mod mail_sink;
mod port;
mod redis;
mod wire;

pub(crate) use agent::Agent;
pub(crate) use app::{ADMIN_KEY, JWT_SECRET, TestApp, on_each_backend, on_each_backend_with};
pub(crate) use authenticator_app::set_up_second_factor;
pub(crate) use binary::{Binary, Ended, Server};
pub(crate) use caller::{Caller, Reply};
pub(crate) use database::{Backend, TestDatabase, needed, variable};
pub(crate) use eventually::eventually;
pub(crate) use frozen::FreezingSocket;
pub(crate) use identity_provider::{ISSUER, IdentityProvider};
pub(crate) use mail_sink::MailSink;
pub(crate) use port::Port;
pub(crate) use redis::Redis;
pub(crate) use wire::{Wire, exchange};

/// Every route but the dashboard's pages, which no document tells of.
pub(crate) fn api_routes() -> impl Iterator<Item = aedile_api::RouteDescription> {
    let is_page = |path: &str| path.starts_with("/dashboard") || path == "/api-keys";
    aedile_api::routes().into_iter().filter(move |route| !is_page(route.path))
}
