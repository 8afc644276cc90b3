//! Feature flags: what is on, and for whom.

mod one;
mod reach;

use aedile_kernel::Result;
use aedile_platform::flags::{Flag, ListFlags};

pub(crate) use one::show as one;

use super::{change, changes, next, require};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Link, Page, Section, Table, address};

const HERE: &str = "/dashboard/flags";
/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListFlags>(backend)?;
    let listed = backend.read(ListFlags { page: Some(backend.page(ROWS, asked.query("cursor"))?) }).await?;
    let next = next(backend, listed.next.as_ref(), &["dashboard", "flags"], "cursor", &[]);
    let table = Table::new(
        "Feature flags",
        &["Flag", "State", "Rollout", "Tiers", "Named users", "Last changed", ""],
        "No feature flags yet. Create one to release a feature to a few users first.",
    )
    .rows(listed.items.iter().map(|flag| row(backend, flag)))
    .total(listed.total)
    .next(next);
    Ok(Page::new("Flags")
        .intro("Features by user, tier and rollout. Click a flag to see how many users it reaches.")
        .action(change(backend, "flag.create", &[], HERE))
        .section(Section::bare().block(table)))
}

fn row(backend: &dyn DashboardBackend, flag: &Flag) -> [Cell; 7] {
    let id = flag.id.to_string();
    let named = i64::try_from(flag.target_users.len()).unwrap_or(i64::MAX);
    [
        Cell::Link(Link::new(flag.flag_name.as_str(), page_of(flag))),
        Cell::switch(flag.enabled),
        Cell::from(format!("{} %", flag.rollout_percentage)),
        Cell::from(tiers(flag)),
        Cell::Number(named),
        Cell::Time(flag.updated_at),
        changes(backend, &[("flag.update", "Change"), ("flag.delete", "Delete")], &[("id", &id)], HERE),
    ]
}

fn page_of(flag: &Flag) -> String {
    address(&["dashboard", "flags", &flag.flag_name], &[])
}

fn tiers(flag: &Flag) -> String {
    if flag.target_tiers.is_empty() { "all".to_owned() } else { flag.target_tiers.join(", ") }
}
