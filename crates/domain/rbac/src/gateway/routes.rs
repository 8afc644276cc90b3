//! Finding the override of a request: a tree of path segments, walked once from the root.

use std::borrow::Cow;
use std::collections::HashMap;

use super::path::NormalPath;
use crate::endpoints::{Method, MethodPattern, PathPattern};

/// What each override stands for, by pattern.
pub(super) struct Routes<T> {
    root: Node<T>,
}

/// A path, whatever the case of its letters.
struct Node<T> {
    children: HashMap<Box<str>, Node<T>>,
    /// For the path itself.
    here: Place<T>,
    /// For the path and all below.
    below: Place<T>,
}

struct Place<T> {
    /// For the path as it is written.
    exact: Vec<(Box<str>, Slot<T>)>,
    any_case: Slot<T>,
}

struct Slot<T> {
    named: Vec<(Method, T)>,
    any: Option<T>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { children: HashMap::new(), here: Place::default(), below: Place::default() }
    }
}

impl<T> Default for Place<T> {
    fn default() -> Self {
        Self { exact: Vec::new(), any_case: Slot::default() }
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { named: Vec::new(), any: None }
    }
}

impl<T> Place<T> {
    /// The entry for a path that is written so: one that asks for this very spelling before one that takes any.
    fn find(&self, written: &str, method: Option<Method>) -> Option<&T> {
        let exact = self.exact.iter().find(|(literal, _)| **literal == *written);
        exact.and_then(|(_, slot)| slot.find(method)).or_else(|| self.any_case.find(method))
    }

    /// The slot of a pattern whose case counts or not.
    fn slot(&mut self, literal: &str, case_sensitive: bool) -> &mut Slot<T> {
        if !case_sensitive {
            return &mut self.any_case;
        }
        let at = self.exact.iter().position(|(known, _)| **known == *literal).unwrap_or(self.exact.len());
        if at == self.exact.len() {
            self.exact.push((literal.into(), Slot::default()));
        }
        match self.exact.get_mut(at) {
            Some((_, slot)) => slot,
            None => &mut self.any_case,
        }
    }
}

impl<T> Slot<T> {
    /// The entry of the method by name, else that of all methods. `HEAD` tells what `GET` would, so what stands for `GET`
    /// stands for it too, unless it has an entry of its own.
    fn find(&self, method: Option<Method>) -> Option<&T> {
        let inherited = (method == Some(Method::Head)).then_some(Method::Get);
        self.named(method).or_else(|| self.named(inherited)).or(self.any.as_ref())
    }

    fn named(&self, method: Option<Method>) -> Option<&T> {
        self.named.iter().find(|(name, _)| Some(*name) == method).map(|(_, value)| value)
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
    pub(super) fn put(&mut self, pattern: &PathPattern, case_sensitive: bool, method: MethodPattern, value: T) {
        let (literal, mut node) = (pattern.literal(), &mut self.root);
        for segment in literal.split('/').filter(|segment| !segment.is_empty()) {
            node = node.children.entry(segment.to_ascii_lowercase().into()).or_default();
        }
        let place = if pattern.covers_below() { &mut node.below } else { &mut node.here };
        place.slot(literal, case_sensitive).put(method, value);
    }

    /// The most specific entry for a request: the exact path, else the longest prefix; of one path, an entry whose case
    /// counts before one whose case does not; then a named method before all methods. `None` as the method is one outside
    /// the standard.
    pub(super) fn find(&self, method: Option<Method>, path: &NormalPath<'_>) -> Option<&T> {
        let (folded, mut end) = (folded(path.as_str()), 0);
        let (mut node, mut written) = (&self.root, "/");
        let mut best = node.below.find(written, method);
        for segment in folded.split('/').filter(|segment| !segment.is_empty()) {
            let Some(child) = node.children.get(segment) else { return best };
            end += 1 + segment.len();
            (node, written) = (child, path.as_str().get(..end).unwrap_or_default());
            best = node.below.find(written, method).or(best);
        }
        node.here.find(written, method).or(best)
    }
}

/// The same text in lower case, as far as it is ASCII: only these letters are taken for one another by services.
fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::normalise;
    use super::*;

    /// Patterns that begin with `=` are compared as they are written.
    fn found(
        patterns: &[(&'static str, &'static str)],
        method: &str,
        path: &str,
    ) -> Option<(&'static str, &'static str)> {
        let mut routes = Routes::new();
        for (method, pattern) in patterns {
            let (text, case_sensitive) = pattern.strip_prefix('=').map_or((*pattern, false), |text| (text, true));
            routes.put(
                &PathPattern::parse(text).unwrap(),
                case_sensitive,
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
    }

    #[test]
    fn the_case_of_ascii_letters_counts_only_where_an_override_says_so() {
        for path in ["/x/Reports", "/X/reports", "/x/REPORTS/7", "/x/reports"] {
            assert_eq!(found(&[("*", "/x/Reports/*")], "GET", path), Some(("*", "/x/Reports/*")), "{path}");
            assert_eq!(found(&[("*", "=/x/reports/*")], "GET", path).is_some(), path == "/x/reports", "{path}");
        }
        assert_eq!(found(&[("*", "/Été")], "GET", "/ÉTé"), Some(("*", "/Été")));
        assert_eq!(found(&[("*", "/Été")], "GET", "/été"), None, "only ASCII is folded");
    }

    #[test]
    fn an_exact_spelling_is_more_specific_than_any_and_a_longer_path_than_both() {
        let patterns = [("GET", "/x"), ("*", "=/x"), ("*", "=/X"), ("*", "/x/*"), ("*", "=/X/y"), ("*", "=/")];
        for (method, path, expected) in [
            ("GET", "/x", Some(("*", "=/x"))),
            ("GET", "/X", Some(("*", "=/X"))),
            ("GET", "/X/", Some(("*", "=/X"))),
            ("GET", "/x/y", Some(("*", "/x/*"))),
            ("GET", "/X/y", Some(("*", "=/X/y"))),
            ("GET", "/X/Y", Some(("*", "/x/*"))),
            ("GET", "/", Some(("*", "=/"))),
        ] {
            assert_eq!(found(&patterns, method, path), expected, "{method} {path}");
        }
        let of_a_method = [("GET", "/x"), ("POST", "=/x")];
        assert_eq!(found(&of_a_method, "GET", "/x"), Some(("GET", "/x")), "the exact one is for another method");
    }

    #[test]
    fn head_inherits_what_stands_for_get() {
        assert_eq!(found(&[("GET", "/x"), ("*", "/x")], "HEAD", "/x"), Some(("GET", "/x")));
        assert_eq!(found(&[("GET", "/x/*")], "head", "/x/y"), Some(("GET", "/x/*")));
        assert_eq!(found(&[("GET", "/x"), ("HEAD", "/x")], "HEAD", "/x"), Some(("HEAD", "/x")));
        assert_eq!(found(&[("GET", "/x/y"), ("HEAD", "/x/*")], "HEAD", "/x/y"), Some(("GET", "/x/y")));
        assert_eq!(found(&[("HEAD", "/x")], "GET", "/x"), None, "not the other way round");
        for method in ["POST", "OPTIONS", "PROPFIND"] {
            assert_eq!(found(&[("GET", "/x")], method, "/x"), None, "{method}");
        }
    }
}
