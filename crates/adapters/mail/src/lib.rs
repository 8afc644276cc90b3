#![doc = include_str!("../README.md")]

mod message;
mod server;
mod smtp;
mod verdict;

pub use smtp::{MailConfig, SmtpMailer};
