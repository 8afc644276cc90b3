#![doc = include_str!("../README.md")]

mod client;
mod payments;
mod webhooks;

pub use payments::{StripeConfig, StripePayments};
pub use webhooks::StripeWebhooks;
