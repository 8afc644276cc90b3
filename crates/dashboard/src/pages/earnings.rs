//! What a seller earned.

use std::collections::BTreeMap;

use aedile_billing::earnings::{BreakDownRevenue, BreakdownBy, GetEarnings, ListSales};
use aedile_kernel::Result;

use super::next;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Chart, Facts, Page, Section, Table, cents_text};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let page = Page::new("Earnings").intro("Your earnings: what buyers paid, less refunds and the marketplace's fee.");
    Ok(page.section(figures(backend).await?).section(chart(backend).await?).section(sales(backend, asked).await?))
}

/// The sums over all time.
pub(super) async fn figures(backend: &dyn DashboardBackend) -> Result<Section> {
    let earnings = backend.read(GetEarnings {}).await?;
    let facts = Facts::default()
        .fact("Sales", earnings.sales)
        .fact("Buyers paid", Cell::cents(earnings.gross_cents))
        .fact("Refunded", Cell::cents(earnings.refunded_cents))
        .fact("Fee", Cell::cents(earnings.fee_cents))
        .fact("Yours", Cell::cents(earnings.net_cents()));
    Ok(Section::new("Your sales").block(facts))
}

async fn chart(backend: &dyn DashboardBackend) -> Result<Section> {
    let days = backend.read(BreakDownRevenue { by: BreakdownBy::Day, from: None, to: None }).await?;
    let days: BTreeMap<String, i64> = days.into_iter().map(|day| (day.key, day.earnings.net_cents())).collect();
    let chart = Chart::of_days("Earned in 30 days", backend.now(), &days, cents_text);
    Ok(Section::new("The last 30 days").block(Block::Charts(vec![chart])))
}

async fn sales(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Section> {
    let sales = backend.read(ListSales { page: backend.page(50, asked.query("cursor"))? }).await?;
    let next = next(backend, sales.next.as_ref(), &["dashboard", "earnings"], "cursor", &[]);
    let rows = sales.items.into_iter().map(|sale| {
        [
            Cell::Number(sale.purchase.0),
            Cell::Time(sale.completed_at),
            Cell::Code(sale.skill_slug),
            Cell::state(sale.status.as_str()),
            Cell::cents(sale.earnings.gross_cents),
            Cell::cents(sale.earnings.net_cents()),
        ]
    });
    let columns = ["Number", "Paid", "Skill", "State", "Price", "Yours"];
    let table = Table::new("Sales", &columns, "No sales yet. Set a price on a skill to sell it.")
        .rows(rows)
        .total(sales.total)
        .next(next);
    Ok(Section::new("Sales").block(table))
}
