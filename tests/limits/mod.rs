//! How much, how long, how deep and how often.

mod addresses;
mod bodies;
mod paths;
mod rates;
mod slow;
mod unread;
