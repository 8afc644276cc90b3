//! Where a code may be sent: to a program on the browser's own machine, and nowhere else.

use aedile_kernel::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

/// `http://127.0.0.1:PORT/…`, the same with `[::1]`, or with `localhost`. A code that is sent there does not leave the
/// machine, so it needs no TLS (RFC 8252, section 7.3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct LoopbackUri {
    text: String,
    authority: usize,
}

const SCHEME: &str = "http://";
const HOSTS: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

impl LoopbackUri {
    /// The most bytes of an address.
    const MAX_LENGTH: usize = 512;

    /// Reads an address.
    ///
    /// # Errors
    /// `Invalid` for any other host or scheme, without a port, with a user name or a fragment.
    pub fn parse(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| {
            Error::invalid(
                "redirect_uri",
                "must be http://127.0.0.1:PORT/…, http://[::1]:PORT/… or http://localhost:PORT/…",
            )
        })
    }

    fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(SCHEME)?;
        let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let port = HOSTS.into_iter().find_map(|host| authority.strip_prefix(host)?.strip_prefix(':'))?;
        let is_port = port.bytes().all(|b| b.is_ascii_digit()) && !port.starts_with('0') && port.parse::<u16>().is_ok();
        let is_sound = text.len() <= Self::MAX_LENGTH && tail.bytes().all(is_part_of_a_uri);
        (is_port && is_sound).then(|| Self { text: text.to_owned(), authority: authority.len() })
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Host and port.
    #[must_use]
    pub fn host_and_port(&self) -> &str {
        self.text.get(SCHEME.len()..SCHEME.len() + self.authority).unwrap_or_default()
    }

    /// What stands between the address and further parameters of its query.
    #[must_use]
    pub fn query_joint(&self) -> char {
        if self.text.contains('?') { '&' } else { '?' }
    }
}

/// RFC 3986, without `#`: a fragment has no place in a redirect.
fn is_part_of_a_uri(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&byte)
}

impl TryFrom<String> for LoopbackUri {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn programs_on_the_same_machine_are_reached() {
        for (text, host) in [
            ("http://127.0.0.1:1", "127.0.0.1:1"),
            ("http://127.0.0.1:49152/", "127.0.0.1:49152"),
            ("http://127.0.0.1:65535/callback/x", "127.0.0.1:65535"),
            ("http://[::1]:8080/callback", "[::1]:8080"),
            ("http://localhost:8080?from=browser", "localhost:8080"),
            ("http://localhost:8080/a%20b?x=1&y=@2", "localhost:8080"),
        ] {
            let uri = LoopbackUri::parse(text).unwrap();
            assert_eq!((uri.as_str(), uri.host_and_port()), (text, host));
            assert_eq!(uri.query_joint(), if text.contains('?') { '&' } else { '?' });
        }
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "",
            "http://",
            "/callback",
            "//127.0.0.1:8080/",
            "https://127.0.0.1:8080/",
            "HTTP://127.0.0.1:8080/",
            "http:127.0.0.1:8080",
            "http:///127.0.0.1:8080",
            "http:/\\127.0.0.1:8080/",
            "http://127.0.0.1/",
            "http://127.0.0.1:/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:080/",
            "http://127.0.0.1:65536/",
            "http://127.0.0.1:+80/",
            "http://127.0.0.1:80 /",
            "http://127.0.0.1:8080@evil.example/",
            "http://127.0.0.1:8080\\@evil.example/",
            "http://user@127.0.0.1:8080/",
            "http://user:127.0.0.1@evil.example:8080/",
            "http://127.0.0.1.evil.example:8080/",
            "http://127.0.0.1:8080.evil.example/",
            "http://evil.example:8080/127.0.0.1:8080/",
            "http://localhost.evil.example:8080/",
            "http://localhostevil:8080/",
            "http://LOCALHOST:8080/",
            "http://127.1:8080/",
            "http://2130706433:8080/",
            "http://0.0.0.0:8080/",
            "http://127.0.0.2:8080/",
            "http://[::ffff:127.0.0.1]:8080/",
            "http://[::1%25lo]:8080/",
            "http://::1:8080/",
            "http://127.0.0.1:8080/#fragment",
            "http://127.0.0.1:8080/#",
            "http://127.0.0.1:8080/\r\nSet-Cookie: a=b",
            "http://127.0.0.1:8080/ä",
            "http://127.0.0.1:8080/\"><script>",
            "http://127.0.0.1:8080\t/",
            "javascript:alert(1)//http://127.0.0.1:8080/",
            "custom-app://callback",
            &format!("http://127.0.0.1:8080/{}", "a".repeat(512)),
        ] {
            assert!(LoopbackUri::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_names_this_machine(text in "http://[0-9a-z@:.\\[\\]/\\\\#? ]{0,40}") {
            if let Ok(uri) = LoopbackUri::parse(&text) {
                let (host, port) = uri.host_and_port().rsplit_once(':').unwrap();
                prop_assert!(HOSTS.contains(&host) && port.parse::<u16>().is_ok());
                let after_authority = &text[SCHEME.len() + uri.host_and_port().len()..];
                prop_assert!(after_authority.is_empty() || after_authority.starts_with(['/', '?']));
            }
        }
    }
}
