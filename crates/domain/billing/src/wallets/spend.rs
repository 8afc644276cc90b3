//! `credits.spend`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, MicroUsd, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{Wallet, WalletChange};
use super::port::Wallets;
use super::{note, own, positive};
use crate::ledger::{AccountKind, LedgerTransaction, Source};

/// Spends from the caller's wallet, no more than there is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpendCredits {
    /// Amount.
    pub amount: MicroUsd,
    /// For what: at most 500 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub note: Option<String>,
}

impl Operation for SpendCredits {
    const NAME: &'static str = "credits.spend";
    const PERMISSION: Permission = Permission::UserWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Wallets;
    type Output = WalletChange;
}

impl Command for SpendCredits {
    fn run(&self, wallets: &mut Self::Repository, cx: &Context) -> Result<Change<WalletChange>> {
        let (amount, note) = (positive(self.amount)?, note(self.note.as_deref())?);
        let user = own(cx)?;
        let wallet = wallets.lock_wallet(user)?.ok_or_else(|| Error::not_found("User"))?;
        if wallet.is_frozen {
            return Err(Error::forbidden("this wallet is frozen"));
        }
        let account = Wallet::account(user);
        let transaction =
            LedgerTransaction::with_platform(Source::Spend, account, -amount.0, AccountKind::Platform, cx)?;
        let posted = wallets.post(&transaction.noting(note.clone()))?.ok_or_else(|| too_little(&wallet))?;
        let change = Change::of(Self::RESOURCE, user).after(&json!({
            "amount_micro_usd": -amount.0,
            "balance_after_micro_usd": posted.balance_after,
            "ledger_entry": posted.id,
            "note": note,
        }));
        let change = change.personal(&["note"]);
        Ok(change.returning(posted.into()))
    }
}

fn too_little(wallet: &Wallet) -> Error {
    Error::PaymentRequired(format!("there are {} dollars in the wallet", wallet.balance).into())
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::sample;
    use super::super::port::MockWallets;
    use super::*;
    use crate::ledger::{PostedTransaction, TransactionId};

    fn spend(amount: i64, is_frozen: bool, covers: bool) -> Result<Change<WalletChange>> {
        let mut wallets = MockWallets::new();
        wallets.expect_lock_wallet().return_once(move |_| Ok(Some(Wallet { is_frozen, ..sample() })));
        wallets.expect_post().withf(move |transaction| transaction.note.as_deref() == Some("coffee")).returning(
            move |transaction| {
                let balance_after = 1_000_000 + transaction.entries()[0].amount;
                Ok(covers.then_some(PostedTransaction { id: TransactionId(1), balance_after }))
            },
        );
        let command = SpendCredits { amount: MicroUsd(amount), note: Some(" coffee ".into()) };
        command.run(&mut wallets, &context_of("user_a", []))
    }

    #[test]
    fn what_there_is_can_be_spent_and_no_more() {
        let change = spend(1, false, true).unwrap();
        assert_eq!(change.output().balance_after, MicroUsd(999_999));
        assert_eq!(change.records()[0].new_values.as_ref().unwrap()["amount_micro_usd"], -1);
        let refused = spend(1, false, false).unwrap_err().to_string();
        assert_eq!(refused, "there are 1 dollars in the wallet");
        assert!(matches!(spend(1, false, false), Err(Error::PaymentRequired(_))));
        assert!(matches!(spend(1, true, true), Err(Error::Forbidden(_))));
    }

    #[test]
    fn only_amounts_above_zero_are_spent() {
        for amount in [0, -1, i64::MIN, i64::MAX] {
            assert!(matches!(spend(amount, false, true), Err(Error::Invalid(_))), "{amount}");
        }
    }
}
