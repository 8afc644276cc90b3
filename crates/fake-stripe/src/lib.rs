#![doc = include_str!("../README.md")]

mod books;
mod connection;
mod delivery;
mod http;
mod pages;
mod request;
mod server;
mod signature;
mod state;
mod trouble;

pub use books::{
    API_VERSION, Books, ConnectedAccount, Dispute, DisputeStatus, Payment, PaymentState, Refund, RefundState, Session,
    SessionState,
};
pub use request::{Metadata, Params, Reply, Request, Verb};
pub use server::FakeStripe;
pub use signature::SignedEvent;
pub use trouble::{Refusal, Trouble};
