#![doc = include_str!("../README.md")]

mod acts;
mod clock;
mod gate;
mod gated_store;
mod history;
mod invariants;
mod mail_server;
mod market;
mod provider_acts;
mod rest;
mod rng;
mod snapshot;
mod wire;
mod world;

pub use history::{Failure, run};
pub use market::open as open_market;
