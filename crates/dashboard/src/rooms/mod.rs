//! One file for each area.

pub(crate) mod earnings;
pub(crate) mod overview;
pub(crate) mod purchases;
pub(crate) mod settings;
pub(crate) mod skills;
pub(crate) mod user;
pub(crate) mod users;

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
    Some(Link {
        label: label.to_owned(),
        href,
        is_destructive: description.effect == aedile_kernel::Effect::Destructive,
    })
}

/// The name of a value as JSON writes it, in words.
pub(crate) fn name_of(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(crate::view::words)).unwrap_or_default()
}
