//! What is left after the server ended, gently or not.

mod audit_chain;
mod kill;
mod log;
mod terminate;
