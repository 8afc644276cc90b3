#![doc = include_str!("../README.md")]

pub mod commands;
mod demo;
mod operations;
mod secret_settings;
pub mod server;
pub mod settings;
mod telemetry;
mod workers;

pub use operations::{console, runner};
pub use server::{Running, start};
pub use settings::Settings;
