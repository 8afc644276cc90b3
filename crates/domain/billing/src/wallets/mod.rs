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
#[cfg(test)]
pub(crate) use model::sample as sample_wallet;
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

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context, context_of};
    use aedile_kernel::{Caller, PageRequest, Query};

    use super::*;

    #[test]
    fn a_note_that_says_nothing_is_none() {
        assert_eq!(note(None).unwrap(), None);
        assert_eq!(note(Some("  ")).unwrap(), None);
        assert_eq!(note(Some(" tea ")).unwrap().as_deref(), Some("tea"));
        assert!(note(Some(&"x".repeat(501))).is_err());
    }

    #[test]
    fn amounts_lie_between_nothing_and_a_billion_dollars() {
        for amount in [1, GREATEST_AMOUNT.0] {
            assert_eq!(positive(MicroUsd(amount)).unwrap(), MicroUsd(amount));
        }
        for amount in [0, -1, GREATEST_AMOUNT.0 + 1] {
            assert!(positive(MicroUsd(amount)).is_err(), "{amount}");
        }
    }

    #[test]
    fn only_users_have_a_wallet() {
        let mut wallets = MockWallets::new();
        wallets.expect_find_wallet().withf(|user| user.as_str() == "user_a").returning(|_| Ok(Some(sample_wallet())));
        wallets
            .expect_list_entries()
            .returning(|_, _| Ok(aedile_kernel::Page { items: vec![], total: Some(3), next: None }));
        let (ada, operator) = (context_of("user_a", []), context(Caller::operator()));
        assert_eq!(GetWallet {}.run(&mut wallets, &ada).unwrap(), sample_wallet());
        assert!(matches!(GetWallet {}.run(&mut wallets, &operator), Err(Error::Forbidden(_))));
        let entries = ListLedgerEntries { page: PageRequest::first() };
        assert_eq!(entries.run(&mut wallets, &ada).unwrap().total, Some(3));
        assert!(entries.run(&mut wallets, &operator).is_err());
    }
}
