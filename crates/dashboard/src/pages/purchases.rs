//! What somebody bought.

use aedile_billing::purchases::{CheckoutStatus, ListPurchases, PurchaseStatus};
use aedile_kernel::Result;

use super::next;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Link, Page, Section, Table};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let purchases = backend.read(ListPurchases { page: backend.page(50, asked.query("cursor"))? }).await?;
    let next = next(backend, purchases.next.as_ref(), &["dashboard", "purchases"], "cursor", &[]);
    let rows = purchases.items.into_iter().map(|purchase| {
        let can_be_paid = purchase.status == PurchaseStatus::Pending && purchase.checkout == CheckoutStatus::Open;
        let to_pay = purchase.checkout_url.filter(|_| can_be_paid);
        [
            Cell::Number(purchase.id.0),
            Cell::Time(purchase.completed_at.unwrap_or(purchase.created_at)),
            Cell::Code(purchase.skill_slug),
            Cell::state(purchase.status.as_str()),
            Cell::cents(purchase.amount_cents),
            Cell::cents(purchase.refunded_cents),
            Cell::from(to_pay.map(|href| Link::new("Pay", href))),
        ]
    });
    let columns = ["Number", "When", "Skill", "State", "Price", "Refunded", ""];
    let table =
        Table::new("Your purchases", &columns, "No purchases yet.").rows(rows).total(purchases.total).next(next);
    Ok(Page::new("Purchases").section(Section::bare().block(table)))
}
