#![doc = include_str!("../README.md")]

mod books;
mod events;
mod pages;
mod server;

pub use events::SignedEvent;
pub use server::{FakeStripe, Trouble};
