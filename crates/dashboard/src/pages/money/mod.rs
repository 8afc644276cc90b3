//! Money: what was sold, what users have, what vouchers are worth, and the ledger behind it all.

mod ledger;
pub(crate) mod sales;
mod vouchers;
mod wallets;

use aedile_billing::ledger::ListTransactions;
use aedile_billing::purchases::ListAllSales;
use aedile_billing::vouchers::ListVouchers;
use aedile_billing::wallets::ListWallets;
use aedile_kernel::{Error, Result};

use super::named_change;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Link, Page, Section, Table};

const HERE: &str = "/dashboard/money";
/// Rows where all lists stand on one page.
const FEW: u32 = 8;
/// Rows of a part of a list that has a page to itself.
const ROWS: u32 = 25;

/// What the part of the page is called, and what is said of it.
const PARTS: [(&str, &str, &str); 4] = [
    ("sales", "Sales", "All purchases, newest first."),
    ("vouchers", "Vouchers", "Redeeming a voucher adds its value to the user's wallet."),
    ("wallets", "Wallets", "Wallet balances of all users, oldest user first."),
    ("ledger", "Ledger", "All ledger transactions, newest first. The entries of a transaction sum to zero."),
];

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let mut page = Page::new("Money").intro("Sales, vouchers, wallets and the ledger.");
    for (part, title, _) in PARTS {
        if may(backend, part) {
            let section = section(backend, asked, part, title, true).await?;
            page = page.section(section.action(Link::new("Show all", format!("{HERE}/{part}"))));
        }
    }
    Ok(page)
}

/// One of the lists on a page of its own.
pub(crate) async fn part(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let known = PARTS.into_iter().find(|(part, ..)| *part == asked.name);
    let (part, title, intro) = known.ok_or_else(|| Error::not_found("List"))?;
    if !may(backend, part) {
        return Err(Error::forbidden("this list is not yours to see"));
    }
    let section = section(backend, asked, part, "", false).await?;
    Ok(Page::new(title).intro(intro).action(Link::new("Money", HERE)).section(section))
}

fn may(backend: &dyn DashboardBackend, part: &str) -> bool {
    match part {
        "sales" => backend.may::<ListAllSales>(),
        "vouchers" => backend.may::<ListVouchers>(),
        "wallets" => backend.may::<ListWallets>(),
        _ => backend.may::<ListTransactions>(),
    }
}

async fn section(
    backend: &dyn DashboardBackend,
    asked: &Asked,
    part: &str,
    title: &str,
    is_short: bool,
) -> Result<Section> {
    let rows = if is_short { FEW } else { ROWS };
    let section = Section { title: title.to_owned(), ..Section::default() };
    // Where all lists stand on one page, they don't go on there.
    let whole = |table: Table| if is_short { table.next(None) } else { table };
    let back = if is_short { HERE.to_owned() } else { format!("{HERE}/{part}") };
    Ok(match part {
        "sales" if is_short => section.block(sales::newest(backend, rows, &back).await?),
        "sales" => sales::all(backend, asked, rows, &back, section).await?,
        "vouchers" => {
            let mint = named_change(backend, "voucher.mint", "Mint vouchers", &[], &back);
            section.action(mint).block(whole(vouchers::table(backend, asked, rows, &back).await?))
        }
        "wallets" => {
            let grant = named_change(backend, "credits.grant", "Add wallet credit", &[], &back);
            section.action(grant).block(whole(wallets::table(backend, asked, rows, &back).await?))
        }
        _ => section.block(whole(ledger::table(backend, asked, rows).await?)),
    })
}
