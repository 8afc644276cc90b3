//! Ledger accounts and transactions.

use aedile_kernel::{Context, Error, Result, Timestamp, UserId, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

numeric_id! {
    /// The number of a transaction.
    TransactionId
}

/// What an account counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// US dollars in millionths.
    MicroUsd,
    /// Credits, which have no fraction.
    Credits,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 2] = [Self::MicroUsd, Self::Credits];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MicroUsd => "micro_usd",
            Self::Credits => "credits",
        }
    }
}

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// What a user may spend.
    User,
    /// What a seller has earned; negative when refunds took back more.
    Seller,
    /// Where what users spend goes, and what admins give and take comes from and goes to.
    Platform,
    /// Where plans, sign-ups and vouchers take what they give from.
    Promotions,
    /// What the payment provider holds for buyers' payments.
    Stripe,
    /// What the marketplace keeps of sales.
    Fees,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::User, Self::Seller, Self::Platform, Self::Promotions, Self::Stripe, Self::Fees];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Seller => "seller",
            Self::Platform => "platform",
            Self::Promotions => "promotions",
            Self::Stripe => "stripe",
            Self::Fees => "fees",
        }
    }
}

/// An account of the ledger; it is opened by its first transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account {
    /// What the account is for.
    pub kind: AccountKind,
    /// What it counts.
    pub unit: Unit,
    /// Whose it is; the platform's own have no owner.
    pub owner: Option<UserId>,
}

impl Account {
    /// A user's.
    #[must_use]
    pub fn of(user: &UserId, unit: Unit) -> Self {
        Self { kind: AccountKind::User, unit, owner: Some(user.clone()) }
    }

    /// What a seller has earned, in US dollars.
    #[must_use]
    pub fn of_seller(seller: &UserId) -> Self {
        Self { kind: AccountKind::Seller, unit: Unit::MicroUsd, owner: Some(seller.clone()) }
    }

    /// One of the platform's own.
    #[must_use]
    pub const fn platform(kind: AccountKind, unit: Unit) -> Self {
        Self { kind, unit, owner: None }
    }

    /// Whether its balance may be negative: the platform owes what users have.
    #[must_use]
    pub const fn may_be_negative(&self) -> bool {
        !matches!(self.kind, AccountKind::User)
    }
}

/// Why something was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "LedgerSource")]
pub enum Source {
    /// An admin gave.
    AdminAdd,
    /// An admin took.
    AdminRemove,
    /// A voucher was redeemed.
    Voucher,
    /// A user spent.
    Spend,
    /// A mistake was mended.
    Adjustment,
    /// A user signed up.
    SignupGrant,
    /// A plan ended, or its period did.
    PlanExpire,
    /// A plan began, or its period did.
    PlanReset,
    /// A skill was bought.
    Sale,
    /// A sale was taken back, whole or in part.
    Refund,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 10] = [
        Self::AdminAdd,
        Self::AdminRemove,
        Self::Voucher,
        Self::Spend,
        Self::Adjustment,
        Self::SignupGrant,
        Self::PlanExpire,
        Self::PlanReset,
        Self::Sale,
        Self::Refund,
    ];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AdminAdd => "admin_add",
            Self::AdminRemove => "admin_remove",
            Self::Voucher => "voucher",
            Self::Spend => "spend",
            Self::Adjustment => "adjustment",
            Self::SignupGrant => "signup_grant",
            Self::PlanExpire => "plan_expire",
            Self::PlanReset => "plan_reset",
            Self::Sale => "sale",
            Self::Refund => "refund",
        }
    }
}

/// One side of a ledger transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Which account.
    pub account: Account,
    /// What is added to it, in its unit; negative takes away.
    pub amount: i64,
}

/// What is to be posted. Its entries sum to zero in one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerTransaction {
    /// Business reason of the transaction.
    pub source: Source,
    /// What somebody said about it.
    pub note: Option<String>,
    /// What it is the only transaction for, such as the use of a voucher.
    pub reference: Option<String>,
    /// Who caused it, as in the audit log.
    pub actor_id: String,
    /// The API key it came by.
    pub api_key_id: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    entries: Vec<LedgerEntry>,
}

impl LedgerTransaction {
    /// Adds `amount` to the account of a user and takes it from one of the platform's; a negative amount goes the other way.
    ///
    /// # Errors
    /// `Invalid` for an amount of zero, and for one that can't be turned around.
    pub fn with_platform(
        source: Source,
        account: Account,
        amount: i64,
        platform: AccountKind,
        cx: &Context,
    ) -> Result<Self> {
        let other = amount.checked_neg().filter(|other| *other != 0);
        let other = other.ok_or_else(|| Error::invalid("amount", "must not be zero, and not out of range"))?;
        let platform = Account::platform(platform, account.unit);
        Self::of(source, vec![LedgerEntry { account, amount }, LedgerEntry { account: platform, amount: other }], cx)
    }

    /// A ledger transaction of these entries, users' and sellers' first. Entries of zero are left out.
    ///
    /// # Errors
    /// `Internal` when they don't sum to zero in one unit: that is a mistake of the rule, never of the caller.
    pub fn of(source: Source, mut entries: Vec<LedgerEntry>, cx: &Context) -> Result<Self> {
        entries.retain(|entry| entry.amount != 0);
        let sum: i128 = entries.iter().map(|entry| i128::from(entry.amount)).sum();
        let units = entries.iter().map(|entry| entry.account.unit);
        if sum != 0 || entries.len() < 2 || !units.clone().zip(units.skip(1)).all(|(one, next)| one == next) {
            return Err(Error::internal("entries that do not sum to zero in one unit"));
        }
        Ok(Self {
            source,
            note: None,
            reference: None,
            actor_id: cx.caller.actor_id.clone(),
            api_key_id: cx.caller.credential.api_key_id().map(str::to_owned),
            created_at: cx.now,
            entries,
        })
    }

    /// The same with a note.
    #[must_use]
    pub fn noting(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    /// The same as the only one for what `reference` names.
    #[must_use]
    pub fn once_for(self, reference: String) -> Self {
        Self { reference: Some(reference), ..self }
    }

    /// Both sides, the user's first.
    #[must_use]
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }
}

/// What was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PostedTransaction {
    /// Its number.
    pub id: TransactionId,
    /// The balance of its first line's account after it.
    pub balance_after: i64,
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::*;

    #[test]
    fn sources_kinds_and_units_have_one_name_each() {
        for source in Source::ALL {
            assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
        }
        for kind in AccountKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for unit in Unit::ALL {
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
        }
    }

    #[test]
    fn only_what_users_own_can_not_be_negative() {
        let user = UserId::parse("user_a").unwrap();
        assert!(!Account::of(&user, Unit::Credits).may_be_negative());
        assert!(Account::of_seller(&user).may_be_negative());
        assert!(Account::platform(AccountKind::Fees, Unit::MicroUsd).may_be_negative());
    }

    #[test]
    fn lines_sum_to_zero_in_one_unit() {
        let cx = context_of("user_a", []);
        let line = |kind, unit, amount| LedgerEntry { account: Account::platform(kind, unit), amount };
        let (fees, stripe) = (AccountKind::Fees, AccountKind::Stripe);
        let of = |entries| LedgerTransaction::of(Source::Sale, entries, &cx);
        let transaction =
            of(vec![line(fees, Unit::MicroUsd, 0), line(fees, Unit::MicroUsd, 3), line(stripe, Unit::MicroUsd, -3)]);
        let transaction = transaction.unwrap();
        assert_eq!(transaction.entries().iter().map(|entry| entry.amount).collect::<Vec<_>>(), [3, -3]);
        assert_eq!((transaction.actor_id.as_str(), transaction.created_at), ("user_a", cx.now));
        assert!(of(vec![line(fees, Unit::MicroUsd, 3), line(stripe, Unit::MicroUsd, -2)]).is_err());
        assert!(of(vec![line(fees, Unit::MicroUsd, 3), line(stripe, Unit::Credits, -3)]).is_err());
        assert!(of(vec![line(fees, Unit::MicroUsd, 0)]).is_err() && of(vec![]).is_err());
    }

    #[test]
    fn a_transaction_keeps_its_note_and_reference() {
        let (cx, user) = (context_of("user_a", []), UserId::parse("user_a").unwrap());
        let account = Account::of(&user, Unit::Credits);
        let transaction =
            LedgerTransaction::with_platform(Source::Spend, account, -1, AccountKind::Platform, &cx).unwrap();
        let transaction = transaction.noting(Some("tea".into())).once_for("tea:1".into());
        assert_eq!((transaction.note.as_deref(), transaction.reference.as_deref()), (Some("tea"), Some("tea:1")));
        assert_eq!(transaction.api_key_id, None);
    }

    #[test]
    fn both_sides_sum_to_zero() {
        let (cx, user) = (context_of("user_a", []), UserId::parse("user_a").unwrap());
        let transaction = |amount| {
            LedgerTransaction::with_platform(
                Source::Spend,
                Account::of(&user, Unit::Credits),
                amount,
                AccountKind::Platform,
                &cx,
            )
        };
        for amount in [1, -1, i64::MAX, -i64::MAX] {
            assert_eq!(
                transaction(amount).unwrap().entries().iter().map(|entry| i128::from(entry.amount)).sum::<i128>(),
                0
            );
        }
        assert!(transaction(0).is_err() && transaction(i64::MIN).is_err());
    }
}
