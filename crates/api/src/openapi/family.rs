//! What the routes of a family have in common.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::shape::Draw;

/// For whom a family is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Whoever has the permission of the route, which may be anybody.
    Everybody,
    /// Admins, and no public document tells of it.
    Admins,
}

/// A family of endpoints, as documents describe it.
pub(crate) struct FamilyDescription {
    /// What it is called.
    pub(crate) name: &'static str,
    /// What the endpoints are for, and for whom.
    pub(crate) about: &'static str,
    pub(crate) audience: Audience,
    /// The names of the credentials that count in it.
    pub(crate) credentials: &'static [&'static str],
    /// What it refuses with.
    pub(crate) refused: &'static RefusalShape,
}

/// The shape of a refusal.
pub(crate) struct RefusalShape {
    /// What documents call it.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) media: &'static str,
    /// `None` where it is a page.
    pub(crate) draw: Option<Draw>,
}

/// A sign-in, or the token of a command line.
pub(crate) const USER: &str = "user";
/// An API key.
pub(crate) const KEY: &str = "key";
/// The operator's key.
pub(crate) const OPERATOR: &str = "operator";

/// The credentials of these names.
pub(super) fn schemes(names: &BTreeSet<&'static str>) -> Value {
    names.iter().map(|name| ((*name).to_owned(), scheme(name))).collect()
}

fn scheme(name: &str) -> Value {
    match name {
        OPERATOR => json!({
            "type": "apiKey", "in": "header", "name": "X-Admin-Key", "description": "The operator's key",
        }),
        KEY => json!({
            "type": "http", "scheme": "bearer", "description": "An API key, which acts for its owner within its scopes",
        }),
        _ => json!({ "type": "http", "scheme": "bearer", "description": "A sign-in, or the token of a command line" }),
    }
}
