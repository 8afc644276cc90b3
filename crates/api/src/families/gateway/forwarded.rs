//! What a reverse proxy says about the request it received.
//!
//! nginx is told to send `X-Original-Method` with `X-Original-URI`, its ingress sends `X-Original-URL`; Traefik and Caddy
//! send `X-Forwarded-Method` and `X-Forwarded-Uri`. A proxy passes on headers it does not set itself, so the client may
//! have sent the other kind: what disagrees is refused, never chosen from.

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName};
use aedile_kernel::Error;

static FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
static FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
static ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
static ORIGINAL_URI: HeaderName = HeaderName::from_static("x-original-uri");
static ORIGINAL_URL: HeaderName = HeaderName::from_static("x-original-url");

/// The request that a proxy asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Forwarded<'a> {
    pub(super) method: &'a str,
    /// The path with the query, as it came over the wire.
    pub(super) target: &'a str,
}

impl<'a> Forwarded<'a> {
    pub(super) fn read(headers: &'a HeaderMap) -> Result<Self, Error> {
        let forwarded = whole(only(headers, &FORWARDED_METHOD)?, only(headers, &FORWARDED_URI)?)?;
        let url = only(headers, &ORIGINAL_URL)?.map(target_of).transpose()?;
        let target = agreed(only(headers, &ORIGINAL_URI)?, url)?;
        let original = whole(only(headers, &ORIGINAL_METHOD)?, target)?;
        let missing = || refused("send X-Forwarded-Method and -Uri, or X-Original-Method and -URI");
        agreed(forwarded, original)?.ok_or_else(missing)
    }
}

fn refused(message: &'static str) -> Error {
    Error::invalid("headers", message)
}

/// The one value of a header.
fn only<'a>(headers: &'a HeaderMap, name: &'static HeaderName) -> Result<Option<&'a str>, Error> {
    let mut values = headers.get_all(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Error::invalid(name.as_str(), "must come once"));
    }
    value.to_str().map(Some).map_err(|_| Error::invalid(name.as_str(), "must be ASCII"))
}

/// Both halves of what a proxy says, or neither.
fn whole<'a>(method: Option<&'a str>, target: Option<&'a str>) -> Result<Option<Forwarded<'a>>, Error> {
    match (method, target) {
        (None, None) => Ok(None),
        (Some(method), Some(target)) if Method::from_bytes(method.as_bytes()).is_ok() => {
            Ok(Some(Forwarded { method, target }))
        }
        (Some(_), Some(_)) => Err(refused("the forwarded method is no method")),
        _ => Err(refused("the forwarded method and URI come together")),
    }
}

fn agreed<T: PartialEq>(one: Option<T>, other: Option<T>) -> Result<Option<T>, Error> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(refused("the headers name different requests")),
        (one, other) => Ok(one.or(other)),
    }
}

/// The path and query of an absolute URL. The client has a say in the host, so one that could hold a part of the path for
/// some readers is refused.
fn target_of(url: &str) -> Result<&str, Error> {
    if url.starts_with('/') {
        return Ok(url);
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or_else(|| Error::invalid("x-original-url", "must be a path, or an http or https URL"))?;
    let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    if host.is_empty() || !host.bytes().all(is_host) {
        return Err(Error::invalid("x-original-url", "has an unclear host"));
    }
    Ok(if target.is_empty() { "/" } else { target })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(headers: &[(&'static str, &[u8])]) -> Result<(String, String), Error> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        Forwarded::read(&map).map(|forwarded| (forwarded.method.to_owned(), forwarded.target.to_owned()))
    }

    #[test]
    fn each_proxy_is_understood_in_its_own_words() {
        for headers in [
            [("x-forwarded-method", b"POST".as_slice()), ("x-forwarded-uri", b"/a?b=c")],
            [("x-original-method", b"POST"), ("x-original-uri", b"/a?b=c")],
            [("x-original-method", b"POST"), ("x-original-url", b"https://api.example.com:8443/a?b=c")],
            [("x-original-method", b"POST"), ("x-original-url", b"/a?b=c")],
        ] {
            assert_eq!(read(&headers).unwrap(), ("POST".into(), "/a?b=c".into()), "{headers:?}");
        }
    }

    #[test]
    fn both_kinds_may_say_the_same() {
        let same = read(&[
            ("x-forwarded-method", b"GET"),
            ("x-forwarded-uri", b"/a"),
            ("x-original-method", b"GET"),
            ("x-original-uri", b"/a"),
            ("x-original-url", b"http://[::1]/a"),
        ]);
        assert_eq!(same.unwrap(), ("GET".into(), "/a".into()));
    }

    #[test]
    fn c_33_what_disagrees_or_is_missing_is_refused() {
        let get: (&str, &[u8]) = ("x-original-method", b"GET");
        for headers in [
            &[][..],
            &[get],
            &[("x-original-uri", b"/a")],
            &[("x-forwarded-method", b"GET"), ("x-original-uri", b"/a")],
            &[get, ("x-original-uri", b"/a"), ("x-original-uri", b"/a")],
            &[get, get, ("x-original-uri", b"/a")],
            &[get, ("x-original-uri", b"/a"), ("x-original-url", b"https://h/b")],
            &[get, ("x-original-uri", b"/a"), ("x-forwarded-method", b"GET"), ("x-forwarded-uri", b"/b")],
            &[get, ("x-original-uri", b"/a"), ("x-forwarded-method", b"POST"), ("x-forwarded-uri", b"/a")],
            &[get, ("x-original-uri", b"/a"), ("x-forwarded-uri", b"/a")],
            &[("x-original-method", b""), ("x-original-uri", b"/a")],
            &[("x-original-method", b"G ET"), ("x-original-uri", b"/a")],
            &[get, ("x-original-uri", b"/\xe4")],
        ] {
            assert!(matches!(read(headers), Err(Error::Invalid(_))), "{headers:?}");
        }
    }

    #[test]
    fn a_url_with_an_unclear_host_is_refused() {
        assert_eq!(target_of("http://h").unwrap(), "/");
        for url in
            ["", "h/a", "ftp://h/a", "https:///a", "https://h?/a", "https://h#/a", "https://a@h/b", "https://h\\/a"]
        {
            assert!(target_of(url).is_err(), "{url}");
        }
    }
}
