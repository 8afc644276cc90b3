//! Which address a request comes from.

mod hops;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use ipnet::IpNet;

use self::hops::Hop;

/// The proxies whose `Forwarded` and `X-Forwarded-For` are believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    warnings: Arc<Warnings>,
}

/// The networks that admin operations are open to; without any, they are open to all.
#[derive(Debug, Clone, Default)]
pub struct AdminNetworks(Vec<IpNet>);

impl AdminNetworks {
    /// These networks.
    #[must_use]
    pub const fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether a client is in one of them. One whose address is unknown is in none.
    pub(crate) fn admit(&self, client: Option<IpAddr>) -> bool {
        let holds = |client: IpAddr| self.0.iter().any(|network| network.contains(&client));
        self.0.is_empty() || client.is_some_and(holds)
    }
}

impl TrustedProxies {
    /// These networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, warnings: Arc::default() }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The address the request comes from: the peer's, or behind trusted proxies the right-most hop that is none of
    /// them. What the client itself put in front is never believed, and what can't be read falls back to the peer. A proxy
    /// passes on the header that it does not write itself, so where both headers come they must say the same.
    pub(crate) fn client_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr().map(|address| address.ip().to_canonical())?;
        if !self.trusts(peer) {
            return Some(peer);
        }
        let (list, standard) = (hops::of_list(request.headers()), hops::of_standard(request.headers()));
        match (self.right_most(&list), self.right_most(&standard)) {
            (Ok(None), Ok(None)) => Some(peer),
            (Ok(Some(client)), Ok(None)) | (Ok(None), Ok(Some(client))) => Some(client),
            (Ok(Some(client)), Ok(Some(same))) if client == same => Some(client),
            (Ok(_), Ok(_)) => self.fall_back(peer, "Forwarded and X-Forwarded-For name different clients"),
            (Err(hop), _) => self.fall_back(peer, &format!("X-Forwarded-For has a hop that is no address: {hop:.60?}")),
            (_, Err(hop)) => self.fall_back(peer, &format!("Forwarded has a hop that is no address: {hop:.60?}")),
        }
    }

    /// The first hop from the right that is no trusted proxy; `None` when all are, an error when one before it can't be read.
    fn right_most<'a>(&self, nearest_first: &'a [Hop]) -> Result<Option<IpAddr>, &'a str> {
        for hop in nearest_first {
            match hop {
                Hop::At(address) if self.trusts(*address) => {}
                Hop::At(address) => return Ok(Some(*address)),
                Hop::Unreadable(text) => return Err(text),
            }
        }
        Ok(None)
    }

    /// Counts a request for the proxy that it came from.
    fn fall_back(&self, peer: IpAddr, why: &str) -> Option<IpAddr> {
        if let Some(more) = self.warnings.due() {
            tracing::warn!(proxy = %peer, more, "{why}; the request counts for the proxy");
        }
        Some(peer)
    }
}

/// Warns at most once in [`PAUSE`]: any client of a proxy can make as many as it likes.
#[derive(Debug, Default)]
struct Warnings(Mutex<(Option<Instant>, u64)>);

/// The least time between two warnings.
const PAUSE: Duration = Duration::from_secs(60);

impl Warnings {
    /// How many warnings were left out since the last one; `None` when it is too early for another.
    fn due(&self) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, left_out) = *state;
        if last.is_some_and(|last| last.elapsed() < PAUSE) {
            *state = (last, left_out.saturating_add(1));
            return None;
        }
        *state = (Some(Instant::now()), 0);
        Some(left_out)
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

    fn client(trusted: &[&str], peer: &str, headers: &[(&str, &str)]) -> String {
        let proxies = TrustedProxies::new(trusted.iter().map(|network| network.parse().unwrap()).collect());
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for header in headers {
            request = request.append_header(*header);
        }
        proxies.client_of(&request.to_http_request()).unwrap().to_string()
    }

    fn list<'a>(lines: &[&'a str]) -> Vec<(&'a str, &'a str)> {
        lines.iter().map(|line| ("X-Forwarded-For", *line)).collect()
    }

    #[test]
    fn c_36_only_trusted_proxies_are_believed() {
        assert_eq!(client(&[], "203.0.113.9:1", &list(&["9.9.9.9"])), "203.0.113.9");
        let proxies = ["10.0.0.0/8"];
        assert_eq!(client(&proxies, "10.0.0.1:1", &list(&["9.9.9.9, 8.8.8.8"])), "8.8.8.8");
        assert_eq!(client(&proxies, "10.0.0.1:1", &list(&["9.9.9.9, 8.8.8.8, 10.2.2.2"])), "8.8.8.8");
        assert_eq!(client(&proxies, "10.0.0.1:1", &list(&["9.9.9.9", "8.8.8.8"])), "8.8.8.8");
        assert_eq!(client(&proxies, "[::ffff:10.0.0.1]:1", &list(&["8.8.8.8"])), "8.8.8.8");
        let standard = [("Forwarded", "for=9.9.9.9"), ("Forwarded", "for=\"[2001:db8::1]:4711\", for=10.2.2.2:80")];
        assert_eq!(client(&proxies, "10.0.0.1:1", &standard), "2001:db8::1");
        assert_eq!(client(&[], "203.0.113.9:1", &standard), "203.0.113.9");
    }

    #[test]
    fn c_37_what_cannot_be_read_falls_back_to_the_peer() {
        for forwarded in ["a", "", "9.9.9.9, a", "unknown", "\u{e9}", "9.9.9.9, unknown, 10.0.0.2", "10.0.0.2"] {
            assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &list(&[forwarded])), "10.0.0.1", "{forwarded:?}");
        }
        for forwarded in ["for=unknown", "for=_hidden", "proto=https", "for=9.9.9.9, for=\"8.8.8.8", "9.9.9.9"] {
            assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &[("Forwarded", forwarded)]), "10.0.0.1", "{forwarded:?}");
        }
    }

    #[test]
    fn c_36_a_client_has_no_say_by_the_header_that_its_proxy_does_not_write() {
        let both = |standard, list| {
            client(&["10.0.0.0/8"], "10.0.0.1:1", &[("Forwarded", standard), ("X-Forwarded-For", list)])
        };
        assert_eq!(both("for=8.8.8.8", "8.8.8.8:80"), "8.8.8.8");
        assert_eq!(both("for=9.9.9.9", "8.8.8.8"), "10.0.0.1");
        assert_eq!(both("for=10.1.1.1", "8.8.8.8"), "8.8.8.8", "it names proxies of ours only");
        assert_eq!(both("for=8.8.8.8", "a"), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], "10.0.0.1:1", &[("X-Real-IP", "9.9.9.9")]), "10.0.0.1");
    }

    #[test]
    fn a_warning_comes_once_in_a_while_however_many_there_are() {
        let warnings = Warnings::default();
        assert_eq!([warnings.due(), warnings.due(), warnings.due()], [Some(0), None, None]);
        warnings.0.lock().unwrap().0 = Instant::now().checked_sub(PAUSE);
        assert_eq!([warnings.due(), warnings.due()], [Some(2), None], "and says how many were left out");
    }

    #[test]
    fn neighbours_in_a_64_share_a_limit() {
        assert_eq!(limited_as("2001:db8::1".parse().ok()), limited_as("2001:db8::ffff:1".parse().ok()));
        assert_ne!(limited_as("2001:db8::1".parse().ok()), limited_as("2001:db8:0:1::1".parse().ok()));
    }
}
