#![doc = include_str!("../README.md")]

mod accounts;
mod call_error;
mod checkout;
mod client;
mod event_list;
mod events;
mod payments;
mod refunds;
mod transport;
mod webhooks;

pub use payments::{StripeConfig, StripePayments};
pub use transport::{Transport, TransportError, WireAnswer, WireRequest};
pub use webhooks::StripeWebhooks;
