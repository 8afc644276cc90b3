//! What whoever runs the server meets: settings, commands, logs.

mod agents;
pub(crate) mod command_line;
mod console;
mod demo;
mod secrets;
mod settings;
mod start;
