//! `credits.grant`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, MicroUsd, Operation, Permission, Result, UserId, email,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{Wallet, WalletChange};
use super::port::Wallets;
use super::{GRANT, GREATEST_AMOUNT, REMOVE, RESOURCE, note};
use crate::ledger::{AccountKind, LedgerTransaction, Source};

/// Adds wallet credit to a user, or removes it. Works on frozen wallets, too.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantCredits {
    /// The user's verified e-mail address, in any case.
    pub email: String,
    /// Amount in US dollars with at most 6 decimals, e.g. 12.50. Negative removes credit, at most the balance.
    pub amount: MicroUsd,
    /// Reason, at most 500 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub note: Option<String>,
}

impl Operation for GrantCredits {
    const NAME: &'static str = GRANT;
    const PERMISSION: Permission = Permission::BillingGrant;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const GIVES_AWAY: &'static [&'static str] = &["amount"];
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Wallets;
    type Output = WalletChange;
}

impl Command for GrantCredits {
    fn run(&self, wallets: &mut Self::Repository, cx: &Context) -> Result<Change<WalletChange>> {
        let note = note(self.note.as_deref())?;
        let amount = self.amount.0;
        if amount == 0 || amount.unsigned_abs() > GREATEST_AMOUNT.0.unsigned_abs() {
            return Err(Error::invalid("amount_usd", "must not be zero, and at most 1000000000 either way"));
        }
        if self.amount > cx.policy.step_up.above {
            cx.require_recent_proof()?;
        }
        let user = by_email(wallets, &self.email)?;
        let (source, action) = if amount > 0 { (Source::AdminAdd, GRANT) } else { (Source::AdminRemove, REMOVE) };
        let transaction =
            LedgerTransaction::with_platform(source, Wallet::account(&user), amount, AccountKind::Platform, cx)?;
        let posted = wallets.post(&transaction.noting(note.clone()))?;
        let posted = posted.ok_or_else(|| Error::invalid("amount_usd", "takes more than there is in the wallet"))?;
        let change = Change::of(RESOURCE, &user)
            .after(&json!({
                "amount_micro_usd": amount,
                "balance_after_micro_usd": posted.balance_after,
                "ledger_entry": posted.id,
                "note": note,
            }))
            .personal(&["note"])
            .as_action(action);
        Ok(change.returning(posted.into()))
    }
}

/// The one user of an e-mail address.
pub(super) fn by_email(wallets: &mut dyn Wallets, email: &str) -> Result<UserId> {
    let email = email::canonical("email", email)?;
    let mut users = wallets.find_by_email(&email)?;
    match (users.pop(), users.is_empty()) {
        (Some(user), true) => Ok(user),
        (Some(_), false) => Err(Error::conflict("several users have this e-mail address")),
        (None, _) => Err(Error::not_found("User with this verified e-mail address")),
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context_of, without_recent_proof};

    use super::super::port::MockWallets;
    use super::*;
    use crate::ledger::{PostedTransaction, TransactionId};

    fn grant(email: &str, amount: i64, users: &[&str], covers: bool) -> Result<Change<WalletChange>> {
        grant_in(&context_of("user_root", [Permission::BillingGrant]), email, amount, users, covers)
    }

    fn grant_in(cx: &Context, email: &str, amount: i64, users: &[&str], covers: bool) -> Result<Change<WalletChange>> {
        let users: Vec<UserId> = users.iter().map(|id| UserId::parse(id).unwrap()).collect();
        let mut wallets = MockWallets::new();
        wallets.expect_find_by_email().withf(|email| email == "ada@example.com").returning(move |_| Ok(users.clone()));
        wallets.expect_post().returning(move |transaction| {
            let balance_after = transaction.entries()[0].amount;
            Ok(covers.then_some(PostedTransaction { id: TransactionId(1), balance_after }))
        });
        let command = GrantCredits { email: email.into(), amount: MicroUsd(amount), note: Some("  ".into()) };
        command.run(&mut wallets, cx)
    }

    #[test]
    fn a_large_grant_asks_for_a_recent_proof() {
        let cx = without_recent_proof(context_of("user_root", [Permission::BillingGrant]));
        let above = cx.policy.step_up.above.0;
        let grant = |amount| grant_in(&cx, "ada@example.com", amount, &["user_a"], true);
        assert!(matches!(grant(above + 1), Err(Error::ProofNeeded(_))));
        assert!(grant(above).is_ok() && grant(-above - 1).is_ok(), "taking gives nothing away");
    }

    #[test]
    fn giving_and_taking_have_a_name_each() {
        for (amount, action) in [(25_000_000, "credits.grant"), (-1, "credits.remove")] {
            let change = grant(" Ada@Example.com ", amount, &["user_a"], true).unwrap();
            assert_eq!(change.records()[0].action, Some(action));
            assert_eq!(change.records()[0].resource_id, "user_a");
        }
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let ada = "ada@example.com";
        for amount in [0, GREATEST_AMOUNT.0 + 1, i64::MIN, i64::MAX] {
            assert!(matches!(grant(ada, amount, &["user_a"], true), Err(Error::Invalid(_))), "{amount}");
        }
        assert!(matches!(grant(ada, -1, &["user_a"], false), Err(Error::Invalid(_))));
        assert!(matches!(grant(ada, 1, &[], true), Err(Error::NotFound(_))));
        assert!(matches!(grant(ada, 1, &["user_a", "user_b"], true), Err(Error::Conflict(_))));
        assert!(matches!(grant("nobody", 1, &[], true), Err(Error::Invalid(_))));
    }
}
