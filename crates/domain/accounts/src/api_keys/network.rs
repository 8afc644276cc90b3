//! The networks and addresses that a key may be used from.

use std::fmt;
use std::net::IpAddr;

use aedile_kernel::{Error, Result};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A network in CIDR notation, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Network(IpNet);

impl Network {
    /// The most networks that a key can be limited to.
    pub const MOST: usize = 20;

    /// Reads a network such as `192.0.2.0/24` or `2001:db8::/32`, or a single address.
    ///
    /// # Errors
    /// `Invalid` for anything else, and for a network with bits behind its prefix, which may be meant as an address.
    pub fn parse(text: &str) -> Result<Self> {
        let invalid = |why: &str| Err(Error::invalid("allowed_networks", format!("{text:.60}: {why}")));
        let read = match text.parse::<IpAddr>() {
            Ok(address) => Ok(IpNet::from(address.to_canonical())),
            Err(_) => text.parse::<IpNet>(),
        };
        match read {
            Err(_) => invalid("must be an address or a network such as 192.0.2.0/24"),
            Ok(IpNet::V6(network)) if network.addr().to_ipv4_mapped().is_some() => invalid("write it as IPv4"),
            Ok(network) if network.trunc() != network => {
                invalid(&format!("has bits behind its prefix; write {} or a single address", network.trunc()))
            }
            Ok(network) => Ok(Self(network)),
        }
    }

    /// Whether an address is in the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

impl TryFrom<String> for Network {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_addresses_are_read_and_written() {
        for (text, written) in [
            ("192.0.2.0/24", "192.0.2.0/24"),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("2001:db8:0::1", "2001:db8::1"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            let network = Network::parse(text).unwrap();
            assert_eq!(network.to_string(), written, "{text}");
            assert_eq!(Network::parse(&network.to_string()).unwrap(), network);
        }
        for bad in ["", "localhost", "192.0.2.1/24", "192.0.2.0/33", "192.0.2", "::ffff:192.0.2.0/120", "10.0.0.0/8 "] {
            assert!(matches!(Network::parse(bad), Err(Error::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let network = Network::parse("192.0.2.0/24").unwrap();
        for (address, is_in) in
            [("192.0.2.255", true), ("::ffff:192.0.2.1", true), ("192.0.3.0", false), ("2001:db8::1", false)]
        {
            assert_eq!(network.contains(address.parse().unwrap()), is_in, "{address}");
        }
    }
}
