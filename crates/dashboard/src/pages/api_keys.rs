//! Keys that programs call with.

use aedile_accounts::api_keys::{ApiKey, ListApiKeys, ListedApiKey};
use aedile_kernel::{Result, Timestamp};

use super::{change, changes, next, require};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Cell, Page, Section, Table, Tone, minute};

const HERE: &str = "/api-keys";
/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListApiKeys>(backend)?;
    let listed = backend.read(ListApiKeys { page: backend.page(ROWS, asked.query("cursor"))? }).await?;
    let next = next(backend, listed.next.as_ref(), &["api-keys"], "cursor", &[]);
    let table = Table::new(
        "API keys",
        &["Name", "Begins with", "Acts for", "Scopes", "Limits", "Last used", "Expires", "State", ""],
        "No API keys yet. Create one for a program that reads or changes data.",
    )
    .rows(listed.items.iter().map(|key| row(backend, key)))
    .total(listed.total)
    .next(next);
    Ok(Page::new("API keys")
        .intro("An API key lets a program act for an admin, within its scopes. It is shown once, when it is created.")
        .action(change(backend, "api_key.verify", &[], HERE))
        .action(change(backend, "api_key.create", &[], HERE))
        .section(Section::bare().block(table)))
}

fn row(backend: &dyn DashboardBackend, listed: &ListedApiKey) -> [Cell; 9] {
    let (now, key) = (backend.now(), &listed.key);
    let scopes: Vec<String> = key.scopes.iter().map(ToString::to_string).collect();
    [
        Cell::from(key.name.as_str()),
        Cell::Code(format!("{}…", key.key_prefix)),
        Cell::user(&key.owner_id, key.owner_email.as_deref()),
        Cell::from(scopes.join(", ")),
        limits(key),
        last_use(key),
        key.expires_at.map_or_else(|| Cell::from("never"), Cell::Time),
        state(listed, now),
        if key.has_ended_at(now) { Cell::Nothing } else { ways(backend, key) },
    ]
}

/// Where it may be used, and how often.
fn limits(key: &ApiKey) -> Cell {
    let networks = key.allowed_networks.iter().map(ToString::to_string);
    let rate = key.requests_per_minute.map(|rate| format!("{rate} requests a minute"));
    Cell::from(networks.chain(rate).collect::<Vec<_>>().join(", "))
}

fn last_use(key: &ApiKey) -> Cell {
    match (key.last_used_at, &key.last_used_ip) {
        (None, _) => Cell::from("never"),
        (Some(at), None) => Cell::Time(at),
        (Some(at), Some(address)) => Cell::from(format!("{} from {address}", minute(&at))),
    }
}

/// What can be done with a key that has not ended. One that was replaced, or is disabled, is not rotated.
fn ways(backend: &dyn DashboardBackend, key: &ApiKey) -> Cell {
    let id = key.id.to_string();
    let can_rotate = key.replaced_by.is_none() && !key.disabled;
    let ways = [("api_key.update", "Edit"), ("api_key.rotate", "Rotate"), ("api_key.revoke", "Revoke")];
    let ways: Vec<_> = ways.into_iter().filter(|(operation, _)| can_rotate || *operation != "api_key.rotate").collect();
    changes(backend, &ways, &[("id", &id)], HERE)
}

fn state(listed: &ListedApiKey, now: Timestamp) -> Cell {
    let key = &listed.key;
    let (tone, words) = match (key.replaced_by, key.expires_at) {
        _ if key.revoked_at.is_some() => (Tone::Bad, "Revoked".to_owned()),
        _ if key.has_ended_at(now) => (Tone::Neutral, "Expired".to_owned()),
        _ if key.disabled => (Tone::Bad, "Disabled".to_owned()),
        (Some(by), _) => (Tone::Neutral, format!("Replaced by {}", by.to_text())),
        (None, Some(end)) if listed.expires_soon => (Tone::Warning, days_until(end, now)),
        _ => (Tone::Good, "Active".to_owned()),
    };
    Cell::Badge(tone, words)
}

/// Days that have begun count.
fn days_until(end: Timestamp, now: Timestamp) -> String {
    const DAY: i64 = 24 * 60 * 60;
    match (end.as_seconds() - now.as_seconds() + DAY - 1).div_euclid(DAY) {
        ..=1 => "Expires in 1 day".to_owned(),
        days => format!("Expires in {days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_have_begun_count() {
        let now = Timestamp::from_seconds(1_768_473_000);
        for (seconds, words) in [
            (1, "Expires in 1 day"),
            (86_400, "Expires in 1 day"),
            (86_401, "Expires in 2 days"),
            (604_800, "Expires in 7 days"),
        ] {
            assert_eq!(days_until(now.plus_seconds(seconds), now), words);
        }
    }
}
