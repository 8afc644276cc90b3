//! Bounds on the names that calls are counted under, so that a client that makes up paths can't fill the store.

use std::collections::HashSet;

/// The most routes of a user on a day that are counted by name.
pub(super) const MAX_ROUTES: usize = 200;
/// The most characters of a route.
const MAX_CHARACTERS: usize = 200;
/// What all further routes are counted under.
pub(super) const OTHER: &str = "(other)";

/// The name a route is counted under: its first 200 characters; `(other)` for one that no store could keep.
pub(super) fn counted_as(route: &str) -> &str {
    let end = route.char_indices().nth(MAX_CHARACTERS).map_or(route.len(), |(end, _)| end);
    let route = route.get(..end).unwrap_or(OTHER);
    if route.is_empty() || route.chars().any(char::is_control) { OTHER } else { route }
}

/// The routes of one user on one day. A store that adds counts asks it for the name of each, so that the bound holds
/// from one batch to the next.
#[derive(Debug, Clone, Default)]
pub struct RouteSet(HashSet<String>);

impl RouteSet {
    /// The most routes that are counted by name.
    pub const CAPACITY: usize = MAX_ROUTES;

    /// The set with the routes that have been counted so far.
    pub fn new(routes: impl IntoIterator<Item = String>) -> Self {
        Self(routes.into_iter().filter(|route| route != OTHER).collect())
    }

    /// The name to count `route` under: its own while there are fewer than 200, then `(other)`.
    pub fn admit<'a>(&mut self, route: &'a str) -> &'a str {
        let route = counted_as(route);
        if route == OTHER || self.0.contains(route) {
            route
        } else if self.0.len() < MAX_ROUTES {
            self.0.insert(route.to_owned());
            route
        } else {
            OTHER
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_cut_at_whole_characters() {
        assert_eq!(counted_as("/compile"), "/compile");
        assert_eq!(counted_as(&"ä".repeat(201)), "ä".repeat(200));
        assert_eq!(counted_as(&"x".repeat(200)).len(), 200);
    }

    #[test]
    fn what_no_store_could_keep_is_counted_elsewhere() {
        for route in ["", "/a\0b", "/a\nb", "\u{7f}"] {
            assert_eq!(counted_as(route), OTHER, "{route:?}");
        }
    }

    #[test]
    fn the_two_hundred_first_route_is_another() {
        let mut routes = RouteSet::new((0..199).map(|n| format!("/{n}")).chain([OTHER.to_owned()]));
        assert_eq!(routes.admit("/new"), "/new");
        assert_eq!(routes.admit("/newer"), OTHER);
        assert_eq!((routes.admit("/new"), routes.admit("/7")), ("/new", "/7"));
    }
}
