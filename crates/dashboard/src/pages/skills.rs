//! A seller's own skills.

use aedile_billing::earnings::ListSkillFigures;
use aedile_kernel::Result;

use super::next;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Page, Section, Table, Tone};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let skills = backend.read(ListSkillFigures { page: backend.page(50, asked.query("cursor"))? }).await?;
    let next = next(backend, skills.next.as_ref(), &["dashboard", "skills"], "cursor", &[]);
    let rows = skills.items.into_iter().map(|skill| {
        let offered = if skill.is_active { (Tone::Good, "offered") } else { (Tone::Neutral, "not offered") };
        let price = if skill.price_cents == 0 { Cell::from("free") } else { Cell::cents(skill.price_cents) };
        [
            Cell::Text(skill.name),
            Cell::Code(skill.slug),
            Cell::Badge(offered.0, offered.1.to_owned()),
            price,
            Cell::Number(skill.downloads),
            Cell::Number(skill.earnings.sales),
            Cell::cents(skill.earnings.net_cents()),
        ]
    });
    let columns = ["Name", "Slug", "Offer", "Price", "Downloads", "Sales", "Yours"];
    let table = Table::new("Your skills", &columns, "No skills yet. Publish one with POST /v1/skills.")
        .rows(rows)
        .total(skills.total)
        .next(next);
    Ok(Page::new("My skills").section(Section::bare().block(table)))
}
