//! Whether a key works, and why not.

use std::net::IpAddr;

use aedile_kernel::{Error, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::ApiKey;

/// What becomes of a key that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyVerdict {
    /// It works.
    Valid,
    /// There is no such key.
    Unknown,
    /// It was revoked.
    Revoked,
    /// It has expired.
    Expired,
    /// It is disabled.
    Disabled,
    /// It may not be used from this address, or no address is known.
    AddressNotAllowed,
    /// Its owner's account is not in use, or may do nothing of what its scopes say.
    OwnerMayNot,
}

impl ApiKey {
    /// What becomes of the key at `now` when it is shown from `address`, as far as the key itself decides.
    #[must_use]
    pub fn verdict(&self, now: Timestamp, address: Option<IpAddr>) -> KeyVerdict {
        match self {
            key if key.revoked_at.is_some() => KeyVerdict::Revoked,
            key if key.expires_at.is_some_and(|end| end <= now) => KeyVerdict::Expired,
            key if key.disabled => KeyVerdict::Disabled,
            key if !key.is_allowed_from(address) => KeyVerdict::AddressNotAllowed,
            _ => KeyVerdict::Valid,
        }
    }

    /// Refuses a request at `now` from `address` that the key doesn't work for.
    ///
    /// # Errors
    /// `Unauthenticated` when it was revoked, has expired or is disabled; `Forbidden` from an address that it may not be
    /// used from.
    pub fn admit(&self, now: Timestamp, address: Option<IpAddr>) -> Result<()> {
        match self.verdict(now, address) {
            KeyVerdict::Valid => Ok(()),
            KeyVerdict::Disabled => Err(Error::unauthenticated("this API key is disabled")),
            KeyVerdict::AddressNotAllowed => Err(Error::forbidden("this address may not use this API key")),
            _ => Err(Error::unauthenticated("the API key is not valid")),
        }
    }

    fn is_allowed_from(&self, address: Option<IpAddr>) -> bool {
        let is_inside = |address| self.allowed_networks.iter().any(|network| network.contains(address));
        self.allowed_networks.is_empty() || address.is_some_and(is_inside)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;

    use super::super::network::Network;
    use super::super::samples::key;
    use super::*;

    #[test]
    fn c_21_a_key_works_until_it_is_revoked_over_or_disabled() {
        let now = Timestamp::from_micros(NOW);
        let ends = |seconds| ApiKey { expires_at: Some(now.plus_seconds(seconds)), ..key(1) };
        for (key, verdict) in [
            (key(1), KeyVerdict::Valid),
            (ends(1), KeyVerdict::Valid),
            (ends(0), KeyVerdict::Expired),
            (ApiKey { disabled: true, ..ends(0) }, KeyVerdict::Expired),
            (ApiKey { disabled: true, ..key(1) }, KeyVerdict::Disabled),
            (ApiKey { revoked_at: Some(now), disabled: true, ..ends(0) }, KeyVerdict::Revoked),
        ] {
            assert_eq!(key.verdict(now, None), verdict, "{key:?}");
            let is_refused = matches!(key.admit(now, None), Err(Error::Unauthenticated(_)));
            assert_eq!(is_refused, verdict != KeyVerdict::Valid);
        }
    }

    #[test]
    fn a_key_works_from_the_networks_it_is_limited_to() {
        let networks = ["192.0.2.0/24", "2001:db8::7"].map(|text| Network::parse(text).unwrap());
        let limited = ApiKey { allowed_networks: networks.to_vec(), ..key(1) };
        let now = Timestamp::from_micros(NOW);
        for (address, works) in [
            (Some("192.0.2.9"), true),
            (Some("2001:db8::7"), true),
            (Some("2001:db8::8"), false),
            (Some("198.51.100.1"), false),
            (None, false),
        ] {
            let address = address.map(|address| address.parse().unwrap());
            assert_eq!(limited.admit(now, address).is_ok(), works, "{address:?}");
            assert!(works || matches!(limited.admit(now, address), Err(Error::Forbidden(_))));
            assert!(key(1).admit(now, address).is_ok(), "no networks: anywhere");
        }
    }
}
