//! Which address a request comes from.

use std::net::IpAddr;

use actix_web::HttpRequest;
use ipnet::IpNet;

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// These networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address the request comes from: the peer's, or behind trusted proxies the right-most hop that is none of
    /// them. What the client itself put in front is never believed, and what can't be read falls back to the peer.
    pub(crate) fn client_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|address| address.ip().to_canonical())?;
        if !self.trusts(peer) {
            return Some(peer);
        }
        let headers = request.headers().get_all("x-forwarded-for");
        let hops: Option<Vec<&str>> = headers.map(|value| value.to_str().ok()).collect();
        let joined = hops.unwrap_or_default().join(",");
        for hop in joined.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
            match hop.parse::<IpAddr>() {
                Ok(address) if self.trusts(address.to_canonical()) => {}
                Ok(address) => return Some(address.to_canonical()),
                Err(_) => break,
            }
        }
        Some(peer)
    }
}

/// Under which name an address is limited: IPv6 by its /64, since one customer has all of that.
pub(crate) fn limited_as(address: Option<IpAddr>) -> String {
    match address {
        Some(IpAddr::V4(address)) => format!("ip:{address}"),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("ip:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "ip:unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn client(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let proxies = TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap()).collect());
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for value in forwarded {
            request = request.append_header(("X-Forwarded-For", *value));
        }
        proxies.client_of(&request.to_http_request()).unwrap().to_string()
    }

    #[test]
    fn c_36_only_trusted_proxies_are_believed() {
        assert_eq!(client(&[], "203.0.113.9:1", &["9.9.9.9"]), "203.0.113.9");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &["9.9.9.9, 8.8.8.8"]), "8.8.8.8");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &["9.9.9.9, 8.8.8.8, 10.2.2.2"]), "8.8.8.8");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &["9.9.9.9", "8.8.8.8"]), "8.8.8.8");
        assert_eq!(client(&["10.0.0.0/8"], "[::ffff:10.0.0.1]:1", &["8.8.8.8"]), "8.8.8.8");
    }

    #[test]
    fn c_37_what_cannot_be_read_falls_back_to_the_peer() {
        for forwarded in ["a", "", "9.9.9.9, a", "9.9.9.9:80", "unknown", "\u{e9}"] {
            assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &[forwarded]), "10.0.0.1", "{forwarded:?}");
        }
    }

    #[test]
    fn neighbours_in_a_64_share_a_limit() {
        assert_eq!(limited_as("2001:db8::1".parse().ok()), limited_as("2001:db8::ffff:1".parse().ok()));
        assert_ne!(limited_as("2001:db8::1".parse().ok()), limited_as("2001:db8:0:1::1".parse().ok()));
    }
}
