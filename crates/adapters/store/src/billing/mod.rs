//! The ledger, plans, wallets and vouchers.

mod check;
mod disputes;
mod drift;
mod ledger;
mod ledger_reader;
mod payment_accounts;
mod plans;
mod purchases;
mod refunds;
mod sales;
mod seller_books;
mod vouchers;
mod wallets;

pub(crate) use purchases::has_licence;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod lists_contract;
#[cfg(test)]
mod model_test;
#[cfg(test)]
mod payments_contract;
#[cfg(test)]
mod races;
