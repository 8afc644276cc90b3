//! What was sold, and what can be given back of it.

use aedile_billing::purchases::{ListAllSales, Purchase, PurchaseStatus};
use aedile_kernel::{Cursor, Result, UserId};

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::people::People;
use crate::pages::{catalog, named_change, next};
use crate::view::{Cell, Form, FormField, Section, Table};

/// The newest sales.
pub(super) async fn newest(backend: &dyn DashboardBackend, rows: u32, back: &str) -> Result<Table> {
    let (status, buyer_id, seller_id, skill_slug) = (None, None, None, None);
    let query = ListAllSales { status, buyer_id, seller_id, skill_slug, page: backend.page(rows, None)? };
    Ok(table(backend, "The newest sales", query, back).await?.1)
}

/// All sales, with a filter.
pub(super) async fn all(
    backend: &dyn DashboardBackend,
    asked: &Asked,
    rows: u32,
    back: &str,
    section: Section,
) -> Result<Section> {
    let (status, buyer, skill) = (asked.query("status"), asked.query("buyer"), asked.query("skill"));
    let query = ListAllSales {
        status: PurchaseStatus::ALL.into_iter().find(|known| Some(known.as_str()) == status),
        buyer_id: buyer.map(UserId::parse).transpose()?,
        seller_id: None,
        skill_slug: skill.map(str::to_owned),
        page: backend.page(rows, asked.query("cursor"))?,
    };
    let (after, table) = table(backend, "Sales", query, back).await?;
    let kept = [("status", status), ("buyer", buyer), ("skill", skill)];
    let kept = kept.map(|(name, value)| (name, value.unwrap_or_default()));
    let next = next(backend, after.as_ref(), &["dashboard", "money", "sales"], "cursor", &kept);
    let filter = Form {
        action: back.to_owned(),
        is_query: true,
        fields: vec![
            FormField::choice("status", "Status", &PurchaseStatus::ALL.map(PurchaseStatus::as_str), status),
            FormField::search("buyer", "Buyer's id", buyer),
            FormField::search("skill", "Skill's slug", skill),
        ],
        button: "Show".to_owned(),
        ..Form::default()
    };
    Ok(section.block(filter).block(table.next(next)))
}

/// The sales that are asked for, and where the list goes on.
pub(crate) async fn table(
    backend: &dyn DashboardBackend,
    caption: &str,
    query: ListAllSales,
    back: &str,
) -> Result<(Option<Cursor>, Table)> {
    let listed = backend.read(query).await?;
    let people = listed.items.iter().flat_map(|sale| [sale.buyer_id.clone(), sale.seller_id.clone()]).collect();
    let people = People::of(backend, people).await?;
    let columns = ["Number", "When", "Skill", "Buyer", "Seller", "Price", "Refunded", "Status", ""];
    let empty = "No sales match.";
    let rows = listed.items.iter().map(|sale| row(backend, sale, &people, back));
    Ok((listed.next, Table::new(caption, &columns, empty).rows(rows).total(listed.total)))
}

fn row(backend: &dyn DashboardBackend, sale: &Purchase, people: &People, back: &str) -> [Cell; 9] {
    let is_paid = matches!(sale.status, PurchaseStatus::Completed | PurchaseStatus::Refunding);
    let number = sale.id.to_string();
    let refund = named_change(backend, "refund.issue", "Refund", &[("purchase", &number)], back).filter(|_| is_paid);
    [
        Cell::Number(sale.id.0),
        Cell::Time(sale.completed_at.unwrap_or(sale.created_at)),
        catalog::skill_cell(&sale.skill_slug),
        people.cell(&sale.buyer_id),
        people.cell(&sale.seller_id),
        Cell::cents(sale.amount_cents),
        if sale.refunded_cents == 0 { Cell::Nothing } else { Cell::cents(sale.refunded_cents) },
        Cell::state(sale.status.as_str()),
        Cell::from(Vec::from_iter(refund)),
    ]
}
