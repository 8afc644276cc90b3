//! A session, as far as it may be known.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where somebody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A sign-in with a password, or another token that this server signed.
    SignIn,
    /// A command line, by its token.
    CommandLine,
}

/// How somebody proved who they are, by its name in RFC 8176.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// With a password.
    Pwd,
    /// With a code that is good once: of an authenticator app, or a recovery code.
    Otp,
}

impl Proof {
    /// The name in tokens and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
        }
    }

    /// Reads such a name; `None` for any other.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Pwd, Self::Otp].into_iter().find(|proof| proof.as_str() == name)
    }
}

/// Where somebody is signed in, without the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// Number in the order of sign-ins; for paging only.
    #[serde(skip)]
    pub number: i64,
    /// ID of the session.
    pub id: String,
    /// ID of the user.
    pub user_id: UserId,
    /// Whether it is a sign-in or a command line.
    pub kind: SessionKind,
    /// How the user proved who they are; empty where this server did not see it.
    #[serde(rename = "amr")]
    pub proofs: Vec<Proof>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Option<Timestamp>,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Address of the last use.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub ip_address: Option<String>,
    /// Name that the browser or program gives itself.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub user_agent: Option<String>,
    /// Whether this request came with it.
    #[serde(default)]
    pub is_current: bool,
}

/// Why a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its user ended it.
    SignedOut,
    /// An admin ended it.
    EndedByAdmin,
    /// The account was put on hold, or its access was switched off.
    AccessTaken,
    /// The account was stopped meanwhile.
    AccessRestored,
    /// The user's role or the flag `is_admin` was changed.
    RoleChanged,
    /// The password was changed.
    PasswordChanged,
    /// A second factor was set up or removed.
    SecondFactorChanged,
    /// It goes on under another ID.
    Renewed,
}

impl Ending {
    const ALL: [Self; 8] = [
        Self::SignedOut,
        Self::EndedByAdmin,
        Self::AccessTaken,
        Self::AccessRestored,
        Self::RoleChanged,
        Self::PasswordChanged,
        Self::SecondFactorChanged,
        Self::Renewed,
    ];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::EndedByAdmin => "ended_by_admin",
            Self::AccessTaken => "access_taken",
            Self::AccessRestored => "access_restored",
            Self::RoleChanged => "role_changed",
            Self::PasswordChanged => "password_changed",
            Self::SecondFactorChanged => "second_factor_changed",
            Self::Renewed => "renewed",
        }
    }

    /// Reads such a name; `None` for any other.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.as_str() == name)
    }

    /// Whether command lines end with it. They are told of a stopped account while it is, and no role counts for them.
    #[must_use]
    pub const fn ends_command_lines(self) -> bool {
        !matches!(self, Self::AccessTaken | Self::RoleChanged)
    }

    /// What whoever still uses the session is told.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::SignedOut => "you signed out: sign in again",
            Self::EndedByAdmin => "an admin ended this session: sign in again",
            Self::AccessTaken | Self::AccessRestored => {
                "this session ended when your account was stopped: sign in again"
            }
            Self::RoleChanged => "your role was changed: sign in again",
            Self::PasswordChanged => "your password was changed: sign in again",
            Self::SecondFactorChanged => "your second factor was changed: sign in again",
            Self::Renewed => "this session goes on with another token: sign in again",
        }
    }
}

/// Where a session stands that a token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionState {
    /// When it was last used.
    pub last_seen_at: Timestamp,
    /// Why it ended; `None` while it goes on.
    pub ended: Option<Ending>,
    /// When its user last proved who they are.
    pub proved_at: Timestamp,
    /// Whether a second factor was among what they proved it with.
    pub has_second_factor: bool,
}

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// ID of the session.
    pub id: String,
    /// ID of the user.
    pub user_id: UserId,
    /// How the user proved who they are.
    pub proofs: Vec<Proof>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it was first used here.
    pub seen_at: Timestamp,
    /// From where.
    pub origin: Origin,
}

/// Where a request came from, as far as a session keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub ip_address: Option<String>,
    /// The client's own name for itself.
    pub user_agent: Option<String>,
}

impl From<&aedile_kernel::Request> for Origin {
    fn from(request: &aedile_kernel::Request) -> Self {
        Self { ip_address: request.ip_address.clone(), user_agent: request.user_agent.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for ending in Ending::ALL {
            assert_eq!(Ending::parse(ending.as_str()), Some(ending));
        }
        for proof in [Proof::Pwd, Proof::Otp] {
            assert_eq!(Proof::parse(proof.as_str()), Some(proof));
        }
        assert!(Ending::parse("gone").is_none() && Proof::parse("PWD").is_none());
    }
}
