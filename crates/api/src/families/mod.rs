//! The API families: the endpoints below one URL prefix, with one shape of errors and one set of accepted credentials.

pub(crate) mod admin_system;
pub(crate) mod api_admin;
pub(crate) mod api_v1;
pub(crate) mod auth;
pub(crate) mod dashboard;
pub(crate) mod docs;
pub(crate) mod documents;
mod evaluation;
pub(crate) mod fields;
pub(crate) mod gateway;
pub(crate) mod health;
pub(crate) mod mcp;
pub(crate) mod ofrep;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod paging;
mod problem;
mod times;
pub(crate) mod v1;
pub(crate) mod v1_admin;
