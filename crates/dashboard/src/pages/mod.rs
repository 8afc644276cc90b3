//! One file for each area.

pub(crate) mod access;
pub(crate) mod announcements;
pub(crate) mod api_keys;
pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod earnings;
pub(crate) mod flags;
mod impersonations;
mod invitations;
pub(crate) mod mail;
pub(crate) mod moderation;
pub(crate) mod money;
pub(crate) mod overview;
mod people;
pub(crate) mod purchases;
mod sessions;
pub(crate) mod settings;
pub(crate) mod skills;
pub(crate) mod system;
pub(crate) mod user;
pub(crate) mod users;

use aedile_kernel::{Cursor, Effect, Error, Operation, Result};

use crate::backend::DashboardBackend;
use crate::view::{Cell, Link, address, title_of};

/// Refuses a page to who may not run what it is made of. Unlike the operation's own refusal this leaves no audit row.
pub(crate) fn require<O: Operation>(backend: &dyn DashboardBackend) -> Result<()> {
    if backend.may::<O>() {
        return Ok(());
    }
    Err(Error::forbidden(format!("Missing permission: {}", O::PERMISSION)))
}

/// The way to an operation's form, with these values in it and back to `back`; `None` when this person may not run it.
pub(crate) fn change(
    backend: &dyn DashboardBackend,
    operation: &str,
    values: &[(&str, &str)],
    back: &str,
) -> Option<Link> {
    named_change(backend, operation, &title_of(operation), values, back)
}

/// The same under another label.
pub(crate) fn named_change(
    backend: &dyn DashboardBackend,
    operation: &str,
    label: &str,
    values: &[(&str, &str)],
    back: &str,
) -> Option<Link> {
    let description = backend.description(operation)?;
    let query: Vec<(&str, &str)> = values.iter().copied().chain([("back", back)]).collect();
    let href = address(&["dashboard", "do", operation], &query);
    Some(Link { label: label.to_owned(), href, is_destructive: description.effect == Effect::Destructive })
}

/// Where a list goes on: the page at `place` with its `query`, and the cursor under `name`.
pub(crate) fn next(
    backend: &dyn DashboardBackend,
    cursor: Option<&Cursor>,
    place: &[&str],
    name: &str,
    query: &[(&str, &str)],
) -> Option<String> {
    let sealed = backend.installation_key().seal(cursor?);
    Some(address(place, &[query, &[(name, &sealed)]].concat()))
}

/// The name of a value as JSON writes it, in words.
pub(crate) fn name_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(crate::view::words)).unwrap_or_default()
}

/// What can be done with a row, by operation and label, as far as this person may.
pub(crate) fn changes(
    backend: &dyn DashboardBackend,
    named: &[(&str, &str)],
    values: &[(&str, &str)],
    back: &str,
) -> Cell {
    let links = named.iter().filter_map(|(operation, label)| named_change(backend, operation, label, values, back));
    Cell::from(links.collect::<Vec<_>>())
}
