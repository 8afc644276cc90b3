#![doc = include_str!("../README.md")]

mod letter;
mod smtp;

pub use smtp::{MailConfig, SmtpMailer};
