#![doc = include_str!("../README.md")]

mod browser;
mod client;
mod failure;
mod grammar;
mod input;
mod output;
mod profiles;
mod remote;
mod sign_in;

pub use client::Client;
pub use failure::Failure;
pub use grammar::{commands, noun_and_verb};
pub use output::print;
pub use profiles::Target;
pub use remote::run;
pub use sign_in::{Login, Logout, Whoami};
