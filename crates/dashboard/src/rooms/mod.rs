//! One file for each area.

pub(crate) mod catalog;
pub(crate) mod mail;
pub(crate) mod moderation;
pub(crate) mod money;
pub(crate) mod overview;
mod people;
pub(crate) mod user;
pub(crate) mod users;

use aedile_kernel::{Cursor, Effect};

use crate::desk::Desk;
use crate::view::{Link, address, title_of};

/// The way to an operation's form, with these values in it and back to `back`; `None` when this person may not run it.
pub(crate) fn change(desk: &dyn Desk, operation: &str, values: &[(&str, &str)], back: &str) -> Option<Link> {
    named_change(desk, operation, &title_of(operation), values, back)
}

/// The same under another label.
pub(crate) fn named_change(
    desk: &dyn Desk,
    operation: &str,
    label: &str,
    values: &[(&str, &str)],
    back: &str,
) -> Option<Link> {
    let description = desk.description(operation)?;
    let query: Vec<(&str, &str)> = values.iter().copied().chain([("back", back)]).collect();
    let href = address(&["dashboard", "do", operation], &query);
    Some(Link { label: label.to_owned(), href, is_destructive: description.effect == Effect::Destructive })
}

/// Where a list goes on: the page at `place` with its `query`, and the cursor under `name`.
pub(crate) fn next(
    desk: &dyn Desk,
    cursor: Option<&Cursor>,
    place: &[&str],
    name: &str,
    query: &[(&str, &str)],
) -> Option<String> {
    let sealed = desk.cursor_key().seal(cursor?);
    Some(address(place, &[query, &[(name, &sealed)]].concat()))
}
