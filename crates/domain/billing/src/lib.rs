#![doc = include_str!("../README.md")]

pub mod disputes;
pub mod earnings;
pub mod ledger;
pub mod payments;
pub mod plans;
pub mod purchases;
pub mod reconcile;
pub mod refunds;
#[cfg(test)]
mod test_support;
pub mod vouchers;
pub mod wallets;

use aedile_kernel::{Registry, UnitOfWork, View};
use disputes::{Disputes, ListDisputes, NoteDispute};
use earnings::{
    BreakDownRevenue, GetEarnings, GetRevenue, ListSales, ListSellerActivity, ListSkillFigures, SellerBooks,
};
use ledger::{LedgerReader, ListTransactions};
use payments::{DisconnectPaymentAccount, NotePaymentAccount, PaymentAccounts};
use plans::{AdjustPlanCredits, GetPlan, ListCreditEvents, Plans, SetPlan};
use purchases::{
    AttachCheckout, FindPurchase, GetPurchase, ListAllSales, ListPurchases, Purchases, SettleCheckout, StartPurchase,
};
use refunds::{
    AttemptRefund, BeginRefund, ForgetAttempts, ListRefunds, NoteRefund, Refunds, SettleCharge, SettleRefund,
    WithdrawRefund,
};
use vouchers::{ListVouchers, MintVouchers, RedeemVoucher, Vouchers, WithdrawVoucher};
use wallets::{FreezeCredits, GetWallet, GrantCredits, ListLedgerEntries, ListWallets, SpendCredits, Wallets};

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Plans> + View<dyn Wallets> + View<dyn Vouchers>,
    S::Connection: View<dyn Purchases> + View<dyn Refunds> + View<dyn SellerBooks>,
    S::Connection: View<dyn PaymentAccounts> + View<dyn LedgerReader> + View<dyn Disputes>,
{
    registry
        .query::<GetPlan>()
        .command::<SetPlan>()
        .command::<AdjustPlanCredits>()
        .query::<ListCreditEvents>()
        .query::<ListTransactions>()
        .query::<ListWallets>()
        .query::<GetWallet>()
        .query::<ListLedgerEntries>()
        .command::<GrantCredits>()
        .command::<FreezeCredits>()
        .command::<SpendCredits>()
        .query::<ListVouchers>()
        .internal_command::<MintVouchers>()
        .command::<WithdrawVoucher>()
        .command::<RedeemVoucher>()
        .command::<StartPurchase>()
        .query::<FindPurchase>()
        .query::<GetPurchase>()
        .query::<ListPurchases>()
        .query::<ListAllSales>()
        .internal_command::<AttachCheckout>()
        .internal_command::<SettleCheckout>()
        .internal_command::<BeginRefund>()
        .query::<ListRefunds>()
        .internal_command::<AttemptRefund>()
        .internal_command::<ForgetAttempts>()
        .internal_command::<NoteRefund>()
        .internal_command::<WithdrawRefund>()
        .internal_command::<SettleRefund>()
        .internal_command::<SettleCharge>()
        .query::<ListDisputes>()
        .internal_command::<NoteDispute>()
        .internal_command::<NotePaymentAccount>()
        .internal_command::<DisconnectPaymentAccount>()
        .query::<GetEarnings>()
        .query::<GetRevenue>()
        .query::<BreakDownRevenue>()
        .query::<ListSales>()
        .query::<ListSkillFigures>()
        .query::<ListSellerActivity>();
}

#[cfg(test)]
mod tests {
    use aedile_kernel::{Operation, PageRequest, UserId};

    use super::*;
    use crate::purchases::PurchaseId;
    use crate::vouchers::VoucherId;

    #[test]
    fn the_audit_row_of_a_refused_attempt_says_what_it_was_about() {
        let user_id = UserId::parse("user_a").unwrap();
        let (reason, tier) = (None, "pro".to_owned());
        let begin = BeginRefund { purchase: PurchaseId(7), amount_cents: None, reason: String::new() };
        for (named, expected) in [
            (GetPlan { user_id: user_id.clone() }.resource_id(), "user_a"),
            (SetPlan { user_id: user_id.clone(), tier }.resource_id(), "user_a"),
            (AdjustPlanCredits { user_id: user_id.clone(), amount: 1, reason }.resource_id(), "user_a"),
            (ListCreditEvents { user_id, page: PageRequest::first() }.resource_id(), "user_a"),
            (StartPurchase { skill_slug: "pdf".to_owned() }.resource_id(), "pdf"),
            (begin.resource_id(), "7"),
            (WithdrawVoucher { id: VoucherId(9) }.resource_id(), "9"),
        ] {
            assert_eq!(named.as_deref(), Some(expected));
        }
    }
}
