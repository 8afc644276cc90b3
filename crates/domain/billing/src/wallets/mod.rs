//! Wallets: prepaid US dollars, one for each user.

mod freeze;
mod get;
mod grant;
mod list;
mod list_entries;
mod model;
mod port;
mod spend;

pub use freeze::FreezeCredits;
pub use get::GetWallet;
pub use grant::GrantCredits;
pub use list::ListWallets;
pub use list_entries::ListLedgerEntries;
pub use model::{LedgerEntry, Wallet, WalletChange};
#[cfg(any(test, feature = "mock"))]
pub use port::MockWallets;
pub use port::Wallets;
pub use spend::SpendCredits;

use aedile_kernel::{Context, Error, MicroUsd, Result, UserId, text};

/// The kind of thing in the audit log.
const RESOURCE: &str = "wallet";
/// The audit action when an admin gives.
pub(crate) const GRANT: &str = "credits.grant";
/// The audit action when an admin takes.
pub(crate) const REMOVE: &str = "credits.remove";
/// The most that may change hands at once: a billion dollars.
pub(crate) const GREATEST_AMOUNT: MicroUsd = MicroUsd(1_000_000_000_000_000);

/// The user who calls.
pub(crate) fn own(cx: &Context) -> Result<&UserId> {
    cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user has a wallet"))
}

/// An amount above zero.
pub(crate) fn positive(amount: MicroUsd) -> Result<MicroUsd> {
    if (1..=GREATEST_AMOUNT.0).contains(&amount.0) {
        Ok(amount)
    } else {
        Err(Error::invalid("amount_usd", "must be above zero and at most 1000000000"))
    }
}

/// What somebody says about an amount.
fn note(note: Option<&str>) -> Result<Option<String>> {
    note.map(|note| text::optional_line("note", note, 500)).transpose().map(|note| note.filter(|note| !note.is_empty()))
}
