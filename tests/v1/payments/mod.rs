//! Purchases, refunds, disputes and what sellers earn, beside a payment provider.

mod checkouts;
mod crash;
mod earnings;
mod events;
mod overview;
mod pages;
pub(crate) mod purchases;
mod refund_fates;
mod refunds;
mod support_agents;
