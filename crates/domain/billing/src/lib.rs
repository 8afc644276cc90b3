#![doc = include_str!("../README.md")]

pub mod ledger;
pub mod plans;
pub mod vouchers;
pub mod wallets;

use aedile_kernel::{Registry, UnitOfWork, View};
use plans::{AdjustPlanCredits, GetPlan, ListCreditEvents, Plans, SetPlan};
use vouchers::{ListVouchers, MintVouchers, RedeemVoucher, Vouchers, WithdrawVoucher};
use wallets::{FreezeCredits, GetWallet, GrantCredits, ListLedgerEntries, ListWallets, SpendCredits, Wallets};

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Plans> + View<dyn Wallets> + View<dyn Vouchers>,
{
    registry
        .query::<GetPlan>()
        .command::<SetPlan>()
        .command::<AdjustPlanCredits>()
        .query::<ListCreditEvents>()
        .query::<ListWallets>()
        .query::<GetWallet>()
        .query::<ListLedgerEntries>()
        .command::<GrantCredits>()
        .command::<FreezeCredits>()
        .command::<SpendCredits>()
        .query::<ListVouchers>()
        .internal_command::<MintVouchers>()
        .command::<WithdrawVoucher>()
        .command::<RedeemVoucher>();
}
