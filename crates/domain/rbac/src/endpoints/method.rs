//! HTTP methods, and what an override says about them.

use std::fmt;

use aedile_kernel::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! methods {
    ($($variant:ident = $name:literal,)*) => {
        /// A standard HTTP method (RFC 9110, and PATCH of RFC 5789).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Method {
            $(#[doc = $name] $variant,)*
        }

        impl Method {
            /// Every standard method.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name, in upper case.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

methods! {
    Get = "GET",
    Head = "HEAD",
    Post = "POST",
    Put = "PUT",
    Delete = "DELETE",
    Connect = "CONNECT",
    Options = "OPTIONS",
    Trace = "TRACE",
    Patch = "PATCH",
}

impl Method {
    /// The method of this name, in any case, since a service behind the gateway may read `get` as `GET`; `None` for
    /// methods outside the standard, which only overrides of all methods cover.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.as_str().eq_ignore_ascii_case(name))
    }
}

/// The methods an override covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub enum MethodPattern {
    /// All of them, written `*`.
    Any,
    /// One method alone.
    Only(Method),
}

impl MethodPattern {
    /// Reads `*` or a standard method, in any case.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let refused = || Error::invalid("method", "must be * or a standard HTTP method, such as GET");
        Method::from_name(text).map(Self::Only).ok_or_else(refused)
    }

    /// `*`, or the method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "*",
            Self::Only(method) => method.as_str(),
        }
    }
}

impl TryFrom<String> for MethodPattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<MethodPattern> for String {
    fn from(pattern: MethodPattern) -> Self {
        pattern.as_str().to_owned()
    }
}

impl fmt::Display for MethodPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_methods_are_read_in_any_case() {
        assert_eq!(MethodPattern::parse("*").unwrap(), MethodPattern::Any);
        assert_eq!(MethodPattern::parse("pAtCh").unwrap().as_str(), "PATCH");
        for method in Method::ALL {
            assert_eq!(MethodPattern::parse(method.as_str()).unwrap(), MethodPattern::Only(*method));
            assert_eq!(Method::from_name(&method.as_str().to_lowercase()), Some(*method));
        }
    }

    #[test]
    fn other_words_are_not_methods() {
        for text in ["", "GE", "GETS", "GET ", "PROPFIND", "**", "GET,POST", "ＧＥＴ", "G\u{0}T"] {
            assert!(MethodPattern::parse(text).is_err(), "{text:?}");
        }
    }
}
