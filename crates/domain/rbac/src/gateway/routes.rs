//! Finding the override of a request: a tree of path segments, walked once from the root.

use std::collections::HashMap;

use super::path::NormalPath;
use crate::endpoints::{Method, MethodPattern, PathPattern};

/// What each override stands for, by pattern.
pub(super) struct Routes<T> {
    root: Node<T>,
}

struct Node<T> {
    children: HashMap<Box<str>, Node<T>>,
    /// For the path itself.
    here: Slot<T>,
    /// For the path and all below.
    below: Slot<T>,
}

struct Slot<T> {
    named: Vec<(Method, T)>,
    any: Option<T>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { children: HashMap::new(), here: Slot::default(), below: Slot::default() }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { named: Vec::new(), any: None }
    }
}

impl<T> Slot<T> {
    /// The entry of the method by name, else that of all methods.
    fn find(&self, method: Option<Method>) -> Option<&T> {
        let named = self.named.iter().find(|(name, _)| Some(*name) == method).map(|(_, value)| value);
        named.or(self.any.as_ref())
    }

    fn put(&mut self, method: MethodPattern, value: T) {
        match method {
            MethodPattern::Any => self.any = Some(value),
            MethodPattern::Only(method) => self.named.push((method, value)),
        }
    }
}

impl<T> Routes<T> {
    pub(super) fn new() -> Self {
        Self { root: Node::default() }
    }

    /// Adds what stands for requests of this pattern and method.
    pub(super) fn put(&mut self, pattern: &PathPattern, method: MethodPattern, value: T) {
        let segments = pattern.literal().split('/').filter(|segment| !segment.is_empty());
        let node = segments.fold(&mut self.root, |node, segment| node.children.entry(segment.into()).or_default());
        let slot = if pattern.covers_below() { &mut node.below } else { &mut node.here };
        slot.put(method, value);
    }

    /// The most specific entry for a request: the exact path, else the longest prefix; of one path, a named method
    /// before all methods. `None` as the method is one outside the standard.
    pub(super) fn find(&self, method: Option<Method>, path: &NormalPath<'_>) -> Option<&T> {
        let mut node = &self.root;
        let mut best = node.below.find(method);
        for segment in path.segments() {
            let Some(child) = node.children.get(segment) else { return best };
            node = child;
            best = node.below.find(method).or(best);
        }
        node.here.find(method).or(best)
    }
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    fn found(
        patterns: &[(&'static str, &'static str)],
        method: &str,
        path: &str,
    ) -> Option<(&'static str, &'static str)> {
        let mut routes = Routes::new();
        for (method, pattern) in patterns {
            routes.put(
                &PathPattern::parse(pattern).unwrap(),
                MethodPattern::parse(method).unwrap(),
                (*method, *pattern),
            );
        }
        routes.find(Method::from_name(method), &normalise(path).unwrap()).copied()
    }

    #[test]
    fn the_most_specific_wins() {
        let patterns = [
            ("*", "/*"),
            ("*", "/api/*"),
            ("GET", "/api/*"),
            ("*", "/api/rules/*"),
            ("*", "/api/rules"),
            ("POST", "/api/rules"),
        ];
        for (method, path, expected) in [
            ("GET", "/", Some(("*", "/*"))),
            ("GET", "/other/deep", Some(("*", "/*"))),
            ("GET", "/api", Some(("GET", "/api/*"))),
            ("get", "/api/", Some(("GET", "/api/*"))),
            ("PUT", "/api/x/y", Some(("*", "/api/*"))),
            ("PROPFIND", "/api/x", Some(("*", "/api/*"))),
            ("GET", "/api/rules/7", Some(("*", "/api/rules/*"))),
            ("GET", "/api/rules", Some(("*", "/api/rules"))),
            ("POST", "/api/rules", Some(("POST", "/api/rules"))),
            ("GET", "/apix", Some(("*", "/*"))),
        ] {
            assert_eq!(found(&patterns, method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_path_counts_before_the_method() {
        let patterns = [("GET", "/x/*"), ("*", "/x/y/*")];
        assert_eq!(found(&patterns, "GET", "/x/y/z"), Some(("*", "/x/y/*")));
    }

    #[test]
    fn an_override_of_another_method_does_not_apply() {
        let patterns = [("GET", "/x"), ("*", "/x/*")];
        assert_eq!(found(&patterns, "POST", "/x"), Some(("*", "/x/*")));
        assert_eq!(found(&[("GET", "/x")], "POST", "/x"), None);
        assert_eq!(found(&[("GET", "/x")], "PROPFIND", "/x"), None);
    }

    #[test]
    fn prefixes_end_at_segments() {
        assert_eq!(found(&[("*", "/x/*")], "GET", "/xy"), None);
        assert_eq!(found(&[("*", "/x")], "GET", "/x/y"), None);
        assert_eq!(found(&[("*", "/x/*")], "GET", "/x"), Some(("*", "/x/*")));
        assert_eq!(found(&[("*", "/")], "GET", "/x"), None);
        assert_eq!(found(&[("*", "/x/*")], "GET", "/X"), None, "paths are exact");
    }
}
