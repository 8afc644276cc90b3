//! What whoever runs the server meets: settings, commands, logs.

pub(crate) mod agents;
pub(crate) mod command_line;
mod console;
mod demo;
mod facts;
mod pipes;
mod retention;
mod secrets;
mod service_manager;
mod settings;
mod start;
