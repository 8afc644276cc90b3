//! Refunds of purchases, whole and in part.

mod attempt;
mod begin;
mod give_back;
mod issue;
mod list;
mod lost_disputes;
mod model;
mod port;
mod report;
#[cfg(test)]
pub(crate) mod samples;
mod settle;
mod settle_charge;
#[cfg(test)]
mod settle_charge_tests;
#[cfg(test)]
mod settle_tests;
mod withdraw;

pub use attempt::{AttemptRefund, ForgetAttempts, NoteRefund};
pub use begin::BeginRefund;
pub(crate) use give_back::{finish, take_back};
pub use issue::issue_refund;
#[cfg(test)]
pub(crate) use issue::tests as issue_tests;
pub(crate) use issue::{Asked, ask, settle};
pub use list::ListRefunds;
pub(crate) use lost_disputes::cover_lost_disputes;
pub use model::{Refund, RefundId, RefundStatus, Refunding};
#[cfg(test)]
pub(crate) use port::MockRefunds;
pub use port::Refunds;
pub use settle::SettleRefund;
pub use settle_charge::SettleCharge;
pub use withdraw::WithdrawRefund;
