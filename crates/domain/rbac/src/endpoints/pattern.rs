//! The paths an override covers: one path, or a path with all below it. Nothing cleverer, so that what a pattern covers
//! can be seen by reading it.

use std::fmt;

use aedile_kernel::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::gateway::{path, protected};

const MAX_CHARACTERS: usize = 512;
/// What stands at the end of a pattern that covers a path and all below it.
const BELOW: &str = "/*";

/// A pattern of paths: `/x` covers `/x`, `/x/*` covers `/x` and all below, `/*` covers everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct PathPattern(String);

impl PathPattern {
    /// Reads a pattern; a trailing slash is dropped. It is compared with decoded paths, so it holds no escapes.
    ///
    /// # Errors
    /// `Invalid` for anything that no normalised path could match, for a `*` anywhere else than as the last segment,
    /// and for patterns that lie on or below the administration's own paths.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |message: &'static str| Error::invalid("path_pattern", message);
        if text.chars().count() > MAX_CHARACTERS {
            return Err(refused("must have at most 512 characters"));
        }
        if !text.starts_with('/') || text.contains("//") {
            return Err(refused("must begin with / and have no empty segments"));
        }
        let text = without_trailing_slash(text);
        let pattern = Self(text.to_owned());
        if pattern.literal().contains('*') {
            return Err(refused("may have a * only as its last segment, as in /x/*"));
        }
        path::check(pattern.literal()).map_err(refused)?;
        if protected::covers(pattern.literal()) {
            return Err(refused("the administration's own paths can't be overridden"));
        }
        Ok(pattern)
    }

    /// The pattern as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it covers all below its path too.
    #[must_use]
    pub fn covers_below(&self) -> bool {
        self.0.ends_with(BELOW)
    }

    /// The path itself, without the star.
    #[must_use]
    pub fn literal(&self) -> &str {
        match self.0.strip_suffix(BELOW) {
            Some("") => "/",
            Some(literal) => literal,
            None => &self.0,
        }
    }
}

/// `/` itself stays.
fn without_trailing_slash(text: &str) -> &str {
    match text.strip_suffix('/') {
        Some("") | None => text,
        Some(shorter) => shorter,
    }
}

impl TryFrom<String> for PathPattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> (String, bool) {
        let pattern = PathPattern::parse(text).unwrap();
        (pattern.literal().to_owned(), pattern.covers_below())
    }

    #[test]
    fn a_pattern_is_a_path_or_a_path_with_all_below() {
        assert_eq!(parsed("/"), ("/".into(), false));
        assert_eq!(parsed("/*"), ("/".into(), true));
        assert_eq!(parsed("/*/"), ("/".into(), true));
        assert_eq!(parsed("/compile"), ("/compile".into(), false));
        assert_eq!(parsed("/compile/"), ("/compile".into(), false));
        assert_eq!(parsed("/api/rules/*"), ("/api/rules".into(), true));
        assert_eq!(parsed("/.well-known/été"), ("/.well-known/été".into(), false));
        assert_eq!(PathPattern::parse("/compile/").unwrap().as_str(), "/compile");
        assert!(PathPattern::parse(&format!("/{}", "x".repeat(511))).is_ok());
        assert!(PathPattern::parse(&format!("/{}", "é".repeat(511))).is_ok());
    }

    #[test]
    fn c_33_nothing_else_is_a_pattern() {
        for text in [
            "",
            "x",
            "*",
            "x/*",
            " /x",
            "/x ",
            "//",
            "//*",
            "/x//*",
            "//x",
            "/x//",
            "/x//y",
            "/x*",
            "/*x",
            "/x/*/y",
            "/**",
            "/x/**",
            "/x/*/*",
            "/x?",
            "/x?y=1",
            "/x#y",
            "/%78",
            "/x%2fy",
            "/x\\y",
            "/x;y",
            "/.",
            "/..",
            "/x/.",
            "/x/../y",
            "/x/./y",
            "/x/./*",
            "/x\0",
            "/x\ty",
            "/x\n",
            "/x\u{7f}",
            "/x\u{85}",
            "/x/ /y",
            "http://x/y",
            "/x／y",
            &format!("/{}", "x".repeat(512)),
        ] {
            assert!(PathPattern::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn c_32_the_administration_is_out_of_reach() {
        for root in ["/admin", "/api/admin", "/v1/admin", "/dashboard"] {
            for text in
                [root.to_owned(), format!("{root}/"), format!("{root}/*"), format!("{root}/x"), format!("{root}/x/*")]
            {
                assert!(PathPattern::parse(&text).is_err(), "{text}");
            }
        }
        for text in
            ["/*", "/api/*", "/v1/*", "/administrator", "/admin-x/*", "/api/adminx", "/v1", "/x/admin", "/dashboards"]
        {
            assert!(PathPattern::parse(text).is_ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_pattern_reads_back_as_itself(text in "(/[a-z.*]{0,3}){1,4}") {
            if let Ok(pattern) = PathPattern::parse(&text) {
                prop_assert_eq!(PathPattern::parse(pattern.as_str()).unwrap(), pattern.clone());
                prop_assert!(path::check(pattern.literal()).is_ok());
            }
        }
    }
}
