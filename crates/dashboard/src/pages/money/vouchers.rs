//! Vouchers, without their codes, which nobody keeps.

use aedile_billing::vouchers::{ListVouchers, Voucher};
use aedile_kernel::Result;

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::people::People;
use crate::pages::{named_change, next};
use crate::view::{Cell, Table, Tone};

pub(super) async fn table(backend: &dyn DashboardBackend, asked: &Asked, rows: u32, back: &str) -> Result<Table> {
    let listed = backend.read(ListVouchers { page: backend.page(rows, asked.query("vouchers"))? }).await?;
    let empty = "No vouchers yet. Mint some: their codes are shown once, and add dollars to the wallet of whoever redeems them.";
    let columns = ["Number", "Code ending", "Worth", "Used", "Expires", "Minted", "Minted by", "State", ""];
    let minters = listed.items.iter().map(|voucher| voucher.created_by.as_str()).collect();
    let people = People::of_actors(backend, minters).await?;
    let next = next(backend, listed.next.as_ref(), &["dashboard", "money", "vouchers"], "vouchers", &[]);
    let rows = listed.items.iter().map(|voucher| row(backend, voucher, &people, back));
    Ok(Table::new("Vouchers", &columns, empty).rows(rows).total(listed.total).next(next))
}

fn row(backend: &dyn DashboardBackend, voucher: &Voucher, people: &People, back: &str) -> [Cell; 9] {
    let state = state(backend, voucher);
    let id = voucher.id.to_string();
    let withdraw = named_change(backend, "voucher.withdraw", "Withdraw", &[("id", &id)], back);
    [
        Cell::Number(voucher.id.0),
        Cell::Code(voucher.code_hint.clone()),
        Cell::dollars(voucher.amount),
        Cell::Text(format!("{} of {}", voucher.uses, voucher.max_uses)),
        voucher.expires_at.map_or_else(|| Cell::from("never"), Cell::Time),
        Cell::Time(voucher.created_at),
        people.actor(&voucher.created_by),
        state,
        Cell::from(Vec::from_iter(withdraw.filter(|_| !voucher.is_over_at(backend.now())))),
    ]
}

fn state(backend: &dyn DashboardBackend, voucher: &Voucher) -> Cell {
    let (tone, word) = match voucher {
        voucher if voucher.withdrawn_at.is_some() => (Tone::Neutral, "withdrawn"),
        voucher if voucher.is_over_at(backend.now()) => (Tone::Neutral, "over"),
        voucher if voucher.uses >= voucher.max_uses => (Tone::Neutral, "used up"),
        _ => (Tone::Good, "good"),
    };
    Cell::Badge(tone, word.to_owned())
}
