//! What users have to spend.

use aedile_billing::wallets::{ListWallets, Wallet};
use aedile_kernel::Result;

use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::named_change;
use crate::view::{Cell, Table, Tone, address};

pub(super) async fn table(backend: &dyn DashboardBackend, asked: &Asked, rows: u32, back: &str) -> Result<Table> {
    let after = asked.query("after").and_then(|number| number.parse().ok()).unwrap_or(0);
    let wallets = backend.read(ListWallets { after, limit: rows }).await?;
    let is_full = u32::try_from(wallets.len()) == Ok(rows);
    let next = wallets
        .last()
        .filter(|_| is_full)
        .map(|last| address(&["dashboard", "money", "wallets"], &[("after", &last.number.to_string())]));
    let columns = ["Whose", "E-mail", "Balance", "State", ""];
    let empty = "No more wallets. Every user has one from their first sign-in.";
    Ok(Table::new("Wallets", &columns, empty).rows(wallets.iter().map(|wallet| row(backend, wallet, back))).next(next))
}

fn row(backend: &dyn DashboardBackend, wallet: &Wallet, back: &str) -> [Cell; 5] {
    let email = wallet.email.as_deref().unwrap_or_default();
    let (label, frozen) = if wallet.is_frozen { ("Unfreeze", "false") } else { ("Freeze", "true") };
    let changes = [
        named_change(backend, "credits.grant", "Add wallet credit", &[("email", email)], back),
        named_change(backend, "credits.freeze", label, &[("email", email), ("frozen", frozen)], back),
    ];
    let changes = changes.into_iter().flatten().filter(|_| !email.is_empty());
    [
        Cell::user(&wallet.user_id, wallet.name.as_deref().or(wallet.email.as_deref())),
        Cell::from(wallet.email.clone()),
        Cell::dollars(wallet.balance),
        if wallet.is_frozen { Cell::Badge(Tone::Warning, "frozen".to_owned()) } else { Cell::Nothing },
        Cell::from(changes.collect::<Vec<_>>()),
    ]
}
