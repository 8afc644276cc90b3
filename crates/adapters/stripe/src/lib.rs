#![doc = include_str!("../README.md")]

mod client;
mod events;
mod payments;
mod webhooks;

pub use payments::{StripeConfig, StripePayments};
pub use webhooks::StripeWebhooks;
