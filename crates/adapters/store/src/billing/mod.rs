//! The ledger, plans, wallets and vouchers.

mod check;
mod ledger;
mod plans;
mod vouchers;
mod wallets;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod model_test;
#[cfg(test)]
mod races;
