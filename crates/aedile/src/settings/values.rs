//! How values of settings are read. What can't be read as it is meant is refused: nothing is guessed.

use std::net::{SocketAddr, ToSocketAddrs as _};

use aedile_kernel::MicroUsd;
use url::Url;

use super::SecretUrl;
use crate::operations;

pub(super) fn database_url(text: &str) -> Result<SecretUrl, &'static str> {
    aedile_store::check_database_url(text).map(|()| SecretUrl(text.to_owned()))
}

pub(super) fn redis_url(text: &str) -> Result<SecretUrl, &'static str> {
    let known = ["redis", "rediss", "unix", "redis+unix"];
    match Url::parse(text) {
        Ok(url) if known.contains(&url.scheme()) => Ok(SecretUrl(text.to_owned())),
        _ => Err("must be redis://HOST:PORT"),
    }
}

pub(super) fn http_url(text: &str) -> Result<String, &'static str> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(text.to_owned()),
        _ => Err("must be https://HOST/PATH"),
    }
}

/// A URL that paths are put behind.
pub(super) fn base_url(text: &str) -> Result<String, &'static str> {
    let url = http_url(text).ok().and_then(|text| Url::parse(&text).ok());
    let is_plain = |url: &Url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match url.filter(is_plain) {
        Some(_) => Ok(text.trim_end_matches('/').to_owned()),
        None => Err("must be https://HOST or https://HOST/PATH, without a user, ? or #"),
    }
}

/// An address to listen on. Of a name with several addresses it is one of IPv4, by which most clients come.
pub(super) fn listening(text: &str) -> Result<SocketAddr, String> {
    let found: Vec<SocketAddr> =
        text.to_socket_addrs().map_err(|error| format!("is no address with a port: {error}"))?.collect();
    let of_ipv4 = found.iter().find(|address| address.is_ipv4());
    of_ipv4.or(found.first()).copied().ok_or_else(|| "is a name without an address".to_owned())
}

/// One of several values between commas, with or without blanks around it.
pub(super) fn item(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("must not have an empty item between its commas"),
        item => Ok(item.to_owned()),
    }
}

/// The noun of an operation, in either number.
pub(crate) fn noun(text: &str) -> Result<String, &'static str> {
    let wanted = item(text)?.replace('-', "_");
    let is_known = |name: &str| {
        let noun = name.split('.').next().unwrap_or_default();
        wanted == noun || wanted.strip_suffix('s') == Some(noun)
    };
    match operations::by_name().iter().any(|operation| is_known(operation.name)) {
        true => Ok(wanted),
        false => Err("must be nouns of operations with commas between them, such as user,flag"),
    }
}

/// An amount that is not below zero.
pub(super) fn dollars(text: &str) -> Result<MicroUsd, &'static str> {
    let amount = MicroUsd::parse(text).ok().filter(|amount| amount.0 >= 0);
    amount.ok_or("must be US dollars, 0 or more, with at most 6 decimals, such as 12.50")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_paths_are_put_behind_is_a_plain_url() {
        assert_eq!(base_url("https://a.example/").as_deref(), Ok("https://a.example"));
        assert_eq!(base_url("http://a.example:8080/x/").as_deref(), Ok("http://a.example:8080/x"));
        for bad in
            ["", "a.example", "https://", "https://a.example/?x=1", "https://a.example/#x", "https://u@a.example"]
        {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn items_are_known_and_not_empty() {
        assert_eq!(item(" a ").as_deref(), Ok("a"));
        assert!(item(" ").is_err());
        for good in ["user", "users", " flag", "api-keys"] {
            assert!(noun(good).is_ok(), "{good}");
        }
        for bad in ["", "usr", "user.list"] {
            assert!(noun(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_are_not_below_zero() {
        assert_eq!(dollars("12.5"), Ok(MicroUsd(12_500_000)));
        for bad in ["-1", "1,5", "", "0.0000001", "$5"] {
            assert!(dollars(bad).is_err(), "{bad}");
        }
    }
}
