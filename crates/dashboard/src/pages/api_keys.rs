//! Keys that programs call with.

use aedile_accounts::api_keys::{ApiKey, ListApiKeys};
use aedile_kernel::{Result, Timestamp};

use super::{change, changes, next, require};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Page, Section, Table, Tone};

const HERE: &str = "/api-keys";
/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListApiKeys>(backend)?;
    let listed = backend.read(ListApiKeys { page: backend.page(ROWS, asked.query("cursor"))? }).await?;
    let next = next(backend, listed.next.as_ref(), &["api-keys"], "cursor", &[]);
    let table = Table::new(
        "API keys",
        &["Name", "Begins with", "Acts for", "Scopes", "Last used", "Expires", "State", ""],
        "No API keys yet. Create one for a program that reads or changes data.",
    )
    .rows(listed.items.iter().map(|key| row(backend, key)))
    .total(listed.total)
    .next(next);
    Ok(Page::new("API keys")
        .intro("An API key lets a program act for an admin, within its scopes. It is shown once, when it is created.")
        .action(change(backend, "api_key.create", &[], HERE))
        .section(Section::bare().block(table)))
}

fn row(backend: &dyn DashboardBackend, key: &ApiKey) -> [Cell; 8] {
    let now = backend.now();
    let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
    let id = key.id.to_string();
    let revoke = || changes(backend, &[("api_key.revoke", "Revoke")], &[("id", &id)], HERE);
    [
        Cell::from(key.name.as_str()),
        Cell::Code(format!("{}…", key.key_prefix)),
        Cell::user(&key.owner_id, key.owner_email.as_deref()),
        Cell::from(scopes.join(", ")),
        key.last_used_at.map_or_else(|| Cell::from("never"), Cell::Time),
        key.expires_at.map_or_else(|| Cell::from("never"), Cell::Time),
        state(key, now),
        if key.is_good_at(now) { revoke() } else { Cell::Nothing },
    ]
}

fn state(key: &ApiKey, now: Timestamp) -> Cell {
    let (tone, word) = match key {
        key if key.revoked_at.is_some() => (Tone::Bad, "revoked"),
        key if key.is_good_at(now) => (Tone::Good, "active"),
        _ => (Tone::Neutral, "expired"),
    };
    Cell::Badge(tone, word.to_owned())
}
