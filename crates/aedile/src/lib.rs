#![doc = include_str!("../README.md")]

pub mod abuse;
pub mod commands;
mod demo;
pub mod environment_file;
mod log_lines;
mod operations;
pub mod retention;
pub mod server;
mod service_manager;
pub mod settings;
mod telemetry;
mod workers;

pub use operations::{by_name as operations_by_name, console, runner};
pub use server::{Running, start};
pub use settings::Settings;
