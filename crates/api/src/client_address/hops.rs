//! The hops that a proxy writes down, in every form that RFC 7239 and common proxies and load balancers use.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use actix_web::http::header::{HeaderMap, HeaderName};

/// A hop: its address, or what is written in place of one that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hop {
    At(IpAddr),
    /// `unknown`, a name in place of an address, or nothing that we can read.
    Unreadable(String),
}

/// The hops of `X-Forwarded-For`, nearest first.
pub(super) fn of_list(headers: &HeaderMap) -> Vec<Hop> {
    hops(headers, &HeaderName::from_static("x-forwarded-for"), |line| {
        let hops = line.split(',').map(str::trim).filter(|hop| !hop.is_empty());
        hops.map(|hop| read(unquoted(hop).as_deref().unwrap_or(hop))).collect()
    })
}

/// The hops of `Forwarded` (RFC 7239), nearest first.
pub(super) fn of_standard(headers: &HeaderMap) -> Vec<Hop> {
    hops(headers, &actix_web::http::header::FORWARDED, |line| match parts(line, ',') {
        Some(elements) => elements.into_iter().filter(|element| !element.is_empty()).map(element).collect(),
        None => vec![Hop::Unreadable(line.to_owned())],
    })
}

/// All lines of a header as one list, from its end.
fn hops(headers: &HeaderMap, name: &HeaderName, read: impl Fn(&str) -> Vec<Hop>) -> Vec<Hop> {
    let lines = headers.get_all(name).flat_map(|line| match line.to_str() {
        Ok(line) => read(line),
        Err(_) => vec![Hop::Unreadable(String::from_utf8_lossy(line.as_bytes()).into_owned())],
    });
    let mut hops: Vec<Hop> = lines.collect();
    hops.reverse();
    hops
}

/// An element such as `for="[2001:db8::1]:4711";proto=https`; without exactly one `for` nobody knows where it came from.
fn element(element: &str) -> Hop {
    let unreadable = || Hop::Unreadable(element.to_owned());
    let Some(pairs) = parts(element, ';') else { return unreadable() };
    let mut nodes = pairs.iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value.trim())
    });
    let (Some(node), None) = (nodes.next(), nodes.next()) else { return unreadable() };
    read(unquoted(node).as_deref().unwrap_or(node))
}

/// The parts between separators that stand outside of quotes; `None` when a quote does not end.
fn parts(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            c if c == separator && !is_quoted => {
                parts.push(text.get(begin..at)?.trim());
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(begin..)?.trim());
    (!is_quoted).then_some(parts)
}

/// The content of a quoted string; `None` for any other text.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut content = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => content.push(characters.next()?),
            '"' => return None,
            c => content.push(c),
        }
    }
    Some(content)
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
fn read(text: &str) -> Hop {
    address(text).map_or_else(|| Hop::Unreadable(text.to_owned()), |address| Hop::At(address.to_canonical()))
}

fn address(text: &str) -> Option<IpAddr> {
    if let Some(rest) = text.strip_prefix('[') {
        let (inner, port) = rest.split_once(']')?;
        let address: Ipv6Addr = inner.parse().ok()?;
        return (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(address.into());
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address);
    }
    let (address, port) = text.split_once(':')?;
    let address: Ipv4Addr = address.parse().ok()?;
    is_port(port).then_some(address.into())
}

/// A number, or a name in place of one, which begins with an underscore.
fn is_port(text: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    let is_number = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || text.strip_prefix('_').is_some_and(is_name)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn shown(hops: Vec<Hop>) -> Vec<String> {
        hops.into_iter()
            .map(|hop| match hop {
                Hop::At(address) => address.to_string(),
                Hop::Unreadable(text) => format!("?{text}"),
            })
            .collect()
    }

    fn headers(name: &'static str, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    fn standard(lines: &[&str]) -> Vec<String> {
        shown(of_standard(&headers("forwarded", lines)))
    }

    fn list(lines: &[&str]) -> Vec<String> {
        shown(of_list(&headers("x-forwarded-for", lines)))
    }

    #[test]
    fn the_standards_own_examples_are_read() {
        assert_eq!(standard(&[r#"For="[2001:db8:cafe::17]:4711""#]), ["2001:db8:cafe::17"]);
        assert_eq!(standard(&["for=192.0.2.60;proto=http;by=203.0.113.43"]), ["192.0.2.60"]);
        assert_eq!(standard(&["for=192.0.2.43, for=198.51.100.17"]), ["198.51.100.17", "192.0.2.43"]);
        assert_eq!(standard(&[r#"for=192.0.2.43, for="[2001:db8:cafe::17]""#]), ["2001:db8:cafe::17", "192.0.2.43"]);
        assert_eq!(standard(&["for=_hidden, for=_SEVKISEK"]), ["?_SEVKISEK", "?_hidden"]);
        assert_eq!(standard(&["for=unknown"]), ["?unknown"]);
        assert_eq!(standard(&[r#"for="192.0.2.43:_gazonk""#]), ["192.0.2.43"]);
        assert_eq!(standard(&[r#"proto=https; FOR="\[2001:db8::1]:80" ;secret="a,b;for=9.9.9.9""#]), ["2001:db8::1"]);
        assert_eq!(
            standard(&["for=192.0.2.1", "for=192.0.2.2 , for=192.0.2.3"]),
            ["192.0.2.3", "192.0.2.2", "192.0.2.1"]
        );
    }

    #[test]
    fn what_common_proxies_write_is_read() {
        // IIS and Azure's gateway with ports, Envoy and HAProxy without, several lines of several proxies.
        assert_eq!(list(&["203.0.113.7:51324"]), ["203.0.113.7"]);
        assert_eq!(
            list(&["[2001:db8::7]:51324, 2001:db8::8,[2001:db8::9]"]),
            ["2001:db8::9", "2001:db8::8", "2001:db8::7"]
        );
        assert_eq!(list(&[r#""[2001:db8::7]:51324", "203.0.113.7""#]), ["203.0.113.7", "2001:db8::7"]);
        assert_eq!(
            list(&["203.0.113.7", " 203.0.113.8 ,, 203.0.113.9,"]),
            ["203.0.113.9", "203.0.113.8", "203.0.113.7"]
        );
        assert_eq!(list(&["::ffff:203.0.113.7", "[::ffff:203.0.113.8]:9"]), ["203.0.113.8", "203.0.113.7"]);
        assert_eq!(list(&[]), Vec::<String>::new());
    }

    #[test]
    fn c_37_what_is_no_address_is_said_to_be_none() {
        for text in [
            "unknown",
            "_hidden",
            "a",
            "203.0.113.7:",
            "203.0.113.7:x",
            "203.0.113.7:123456",
            "203.0.113.7:_",
            "999.1.1.1",
            "203.0.113.7:80:80",
            "[203.0.113.7]",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]x",
            "[2001:db8::1]:",
            "[2001:db8::1%eth0]",
            "203.0.113.7 203.0.113.8",
            "\"203.0.113.7",
            "203.0.113.07",
        ] {
            assert_eq!(list(&[text]), [format!("?{text}")], "{text}");
        }
        for text in
            ["for=a", "for=", "proto=https", "203.0.113.7", "for=203.0.113.7;for=203.0.113.8", "for", "=203.0.113.7"]
        {
            assert!(standard(&[text]).iter().all(|hop| hop.starts_with('?')), "{text}");
        }
        assert_eq!(
            standard(&["for=192.0.2.1", "for=\"192.0.2.2, for=192.0.2.3"]).len(),
            2,
            "a quote hides what is in it"
        );
        assert_eq!(list(&["203.0.113.7", "\u{e9}"]), ["?\u{e9}", "203.0.113.7"]);
    }
}
