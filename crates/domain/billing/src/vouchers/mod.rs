//! Vouchers: codes that fill a wallet.

mod code;
mod list;
mod mint;
mod model;
mod port;
mod redeem;
mod withdraw;

pub use code::{CodeHash, VoucherCode};
pub use list::ListVouchers;
pub use mint::{MintVouchers, NewVoucher, WantedVouchers, mint_vouchers};
pub use model::{Minted, Voucher, VoucherId};
#[cfg(any(test, feature = "mock"))]
pub use port::MockVouchers;
pub use port::Vouchers;
pub use redeem::RedeemVoucher;
pub use withdraw::WithdrawVoucher;

/// The kind of thing in the audit log.
const RESOURCE: &str = "voucher";
