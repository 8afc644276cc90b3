//! Refunds of purchases, whole and in part.

mod begin;
mod issue;
mod model;
mod port;
mod settle;
mod withdraw;

pub use begin::BeginRefund;
pub use issue::issue_refund;
pub use model::{Refund, RefundId, RefundStatus, Refunding};
pub use port::Refunds;
pub use settle::{NoteRefund, SettleRefund};
pub use withdraw::WithdrawRefund;
