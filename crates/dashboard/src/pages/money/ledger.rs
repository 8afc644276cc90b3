//! The ledger's newest postings, line by line.

use aedile_billing::ledger::{EntryRecord, ListTransactions, TransactionRecord, Unit};
use aedile_kernel::{MicroUsd, Result, UserId};

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::next;
use crate::pages::people::People;
use crate::view::{Cell, Table, dollars, sentence, words};

pub(super) async fn table(backend: &dyn DashboardBackend, asked: &Asked, rows: u32) -> Result<Table> {
    let listed = backend.read(ListTransactions { page: backend.page(rows, asked.query("ledger"))? }).await?;
    let owners = listed.items.iter().flat_map(|posting| &posting.lines).filter_map(|line| line.owner.as_ref());
    let actors = listed.items.iter().map(|posting| posting.actor_id.as_str());
    let people = People::of_actors(backend, owners.map(UserId::as_str).chain(actors).collect()).await?;
    let mut table = Table::new(
        "Postings",
        &["Transaction", "When", "Why", "Account", "Whose", "Amount", "Balance after", "Caused by"],
        "No ledger transactions yet. The first sign-up makes one.",
    )
    .next(next(backend, listed.next.as_ref(), &["dashboard", "money", "ledger"], "ledger", &[]));
    for posting in &listed.items {
        for (nth, line) in posting.lines.iter().enumerate() {
            table.row(row(posting, line, nth == 0, &people));
        }
    }
    Ok(table)
}

/// A line; what is said of the posting stands beside its first line alone.
fn row(posting: &TransactionRecord, line: &EntryRecord, is_first: bool, people: &People) -> [Cell; 8] {
    let once = |cell: Cell| if is_first { cell } else { Cell::Text(String::new()) };
    let why = match &posting.note {
        Some(note) => format!("{}: {note}", words(posting.source.as_str())),
        None => words(posting.source.as_str()),
    };
    [
        once(Cell::Number(posting.id.0)),
        once(Cell::Time(posting.created_at)),
        once(Cell::Text(sentence(&why))),
        Cell::from(line.account.as_str()),
        line.owner.as_ref().map_or_else(|| Cell::from("platform"), |owner| people.cell(owner)),
        Cell::Text(amount(line.unit, line.amount)),
        line.owner.as_ref().map_or(Cell::Nothing, |_| Cell::Text(amount(line.unit, line.balance_after))),
        once(people.actor(&posting.actor_id)),
    ]
}

fn amount(unit: Unit, amount: i64) -> String {
    match unit {
        Unit::MicroUsd => dollars(MicroUsd(amount)),
        Unit::Credits => format!("{amount} credits"),
    }
}
