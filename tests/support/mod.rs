//! What the tests stand on.

mod app;
mod caller;
mod database;
mod identity_provider;

pub(crate) use app::{TestApp, on_each_backend, on_each_backend_with};
pub(crate) use caller::{Caller, Reply};
pub(crate) use database::{Backend, TestDatabase};
pub(crate) use identity_provider::{Claims, ISSUER, IdentityProvider, now_seconds};
