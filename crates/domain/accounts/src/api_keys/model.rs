//! An API key, as far as it may be known.

use aedile_kernel::{Error, Permission, Result, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::network::Network;

aedile_kernel::numeric_id! {
    /// The number of an API key.
    ApiKeyId
}

impl ApiKeyId {
    const PREFIX: &'static str = "key_";

    /// The id as it stands in answers, the ledger and the audit log.
    #[must_use]
    pub fn to_text(self) -> String {
        format!("{}{}", Self::PREFIX, self.0)
    }

    /// Reads such an id.
    ///
    /// # Errors
    /// `NotFound` for anything else: no key is called so.
    pub fn parse(text: &str) -> Result<Self> {
        let number = text.strip_prefix(Self::PREFIX).and_then(|number| number.parse().ok());
        number.filter(|number| *number > 0).map(Self).ok_or_else(|| Error::not_found("API key"))
    }
}

/// An API key. What it looks like, only whoever minted it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApiKey {
    /// Its number.
    pub id: ApiKeyId,
    /// What people call it.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub name: String,
    /// What people noted on what it is for.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub description: Option<String>,
    /// Its first characters, by which people know it again.
    pub key_prefix: String,
    /// For whom it acts.
    pub owner_id: UserId,
    /// Their e-mail address, when known.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub owner_email: Option<String>,
    /// What it may do, as far as its owner may.
    pub scopes: Vec<Permission>,
    /// Networks and addresses that it may be used from; empty for anywhere.
    pub allowed_networks: Vec<Network>,
    /// Limit of requests a minute for this key alone; none when null.
    pub requests_per_minute: Option<u32>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Expiry; never when omitted.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The address that it was last used from.
    pub last_used_ip: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// ID of the key that it replaced.
    pub rotated_from: Option<ApiKeyId>,
    /// ID of the key that replaced it.
    pub replaced_by: Option<ApiKeyId>,
    /// Who minted it.
    pub created_by: String,
    /// When it was minted.
    pub created_at: Timestamp,
}

impl ApiKey {
    /// What every key begins with.
    pub const PREFIX: &'static str = "vfc_live_";
    /// Uses closer together than this are noted once.
    const NOTED_EVERY_SECONDS: i64 = 60;
    /// How long before its end a key is said to expire soon.
    const SOON_SECONDS: i64 = 7 * 24 * 60 * 60;

    /// Reads the name of a scope.
    ///
    /// # Errors
    /// `Invalid` for anything that keys can't be allowed.
    pub fn scope(name: &str) -> Result<Permission> {
        let found = Permission::scopes().find(|scope| scope.as_str() == name);
        found.ok_or_else(|| Error::invalid("scopes", format!("{name} is no scope of an API key")))
    }

    /// Whether a credential claims to be a key.
    #[must_use]
    pub fn is_meant_by(credential: &str) -> bool {
        credential.starts_with(Self::PREFIX)
    }

    /// Whether it was revoked or has expired at `now`.
    #[must_use]
    pub fn has_ended_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_some() || self.expires_at.is_some_and(|end| end <= now)
    }

    /// Refuses to change a key that has ended.
    pub(super) fn require_not_ended(&self, now: Timestamp) -> Result<()> {
        match (self.revoked_at, self.has_ended_at(now)) {
            (Some(_), _) => Err(Error::conflict("this API key was revoked; mint a new one")),
            (None, true) => Err(Error::conflict("this API key has expired; mint a new one")),
            (None, false) => Ok(()),
        }
    }

    /// The key as lists show it at `now`.
    #[must_use]
    pub fn listed_at(self, now: Timestamp) -> ListedApiKey {
        let ends_soon = self.expires_at.is_some_and(|end| end <= now.plus_seconds(Self::SOON_SECONDS));
        ListedApiKey { expires_soon: ends_soon && !self.has_ended_at(now), key: self }
    }

    /// Whether its use at `now` is to be noted.
    #[must_use]
    pub fn is_to_be_noted_at(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|last| last.plus_seconds(Self::NOTED_EVERY_SECONDS) <= now)
    }
}

/// An API key in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedApiKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// Whether it expires within 7 days.
    pub expires_soon: bool,
}

/// Somebody whom a key is to act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyOwner {
    /// ID of the user.
    pub user_id: UserId,
    /// Whether they are an admin or an owner, and their account is in use.
    pub may_own_keys: bool,
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;

    use super::super::samples::key;
    use super::*;

    #[test]
    fn a_key_is_said_to_expire_soon_in_its_last_week() {
        let now = Timestamp::from_micros(NOW);
        let week = ApiKey::SOON_SECONDS;
        for (end, soon) in
            [(None, false), (Some(week + 1), false), (Some(week), true), (Some(1), true), (Some(0), false)]
        {
            let key = ApiKey { expires_at: end.map(|seconds| now.plus_seconds(seconds)), ..key(1) };
            assert_eq!(key.clone().listed_at(now).expires_soon, soon, "{end:?}");
            let revoked = ApiKey { revoked_at: Some(now), ..key };
            assert!(!revoked.listed_at(now).expires_soon);
        }
    }

    #[test]
    fn an_id_is_read_as_it_is_written() {
        assert_eq!(ApiKeyId::parse(&ApiKeyId(42).to_text()).unwrap(), ApiKeyId(42));
        for bad in ["", "42", "key_", "key_0", "key_-1", "key_x", "key_9999999999999999999"] {
            assert!(ApiKeyId::parse(bad).is_err(), "{bad}");
        }
    }
}
