#![doc = include_str!("../README.md")]

pub mod earnings;
pub mod ledger;
pub mod payments;
pub mod plans;
pub mod purchases;
pub mod reconcile;
pub mod refunds;
pub mod vouchers;
pub mod wallets;

use aedile_kernel::{Registry, UnitOfWork, View};
use earnings::{
    BreakDownRevenue, GetEarnings, GetRevenue, ListSales, ListSellerActivity, ListSkillFigures, SellerBooks,
};
use ledger::{Journal, ListPostings};
use payments::{NotePaymentAccount, PaymentAccounts};
use plans::{AdjustPlanCredits, GetPlan, ListCreditEvents, Plans, SetPlan};
use purchases::{
    AttachCheckout, CompletePurchase, FindPurchase, ListAllSales, ListPurchases, Purchases, StartPurchase,
};
use refunds::{BeginRefund, NoteRefund, Refunds, SettleRefund, WithdrawRefund};
use vouchers::{ListVouchers, MintVouchers, RedeemVoucher, Vouchers, WithdrawVoucher};
use wallets::{FreezeCredits, GetWallet, GrantCredits, ListLedgerEntries, ListWallets, SpendCredits, Wallets};

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Plans> + View<dyn Wallets> + View<dyn Vouchers>,
    S::Connection: View<dyn Purchases> + View<dyn Refunds> + View<dyn SellerBooks>,
    S::Connection: View<dyn PaymentAccounts> + View<dyn Journal>,
{
    registry
        .query::<GetPlan>()
        .command::<SetPlan>()
        .command::<AdjustPlanCredits>()
        .query::<ListCreditEvents>()
        .query::<ListPostings>()
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
        .query::<ListPurchases>()
        .query::<ListAllSales>()
        .internal_command::<AttachCheckout>()
        .internal_command::<CompletePurchase>()
        .internal_command::<BeginRefund>()
        .internal_command::<NoteRefund>()
        .internal_command::<WithdrawRefund>()
        .internal_command::<SettleRefund>()
        .internal_command::<NotePaymentAccount>()
        .query::<GetEarnings>()
        .query::<GetRevenue>()
        .query::<BreakDownRevenue>()
        .query::<ListSales>()
        .query::<ListSkillFigures>()
        .query::<ListSellerActivity>();
}
