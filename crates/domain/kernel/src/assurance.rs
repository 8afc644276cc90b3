//! How far a caller proved who they are, and how far an operation asks for it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::time::Timestamp;

/// How far a caller must have proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofNeeded {
    /// A sign-in that may still lack its second factor: for proving more, and for signing out.
    Begun,
    /// A sign-in with every factor that the account has and its role asks for.
    Complete,
    /// The same, and a proof within the last minutes that the settings say: for operations that do great harm in wrong hands.
    Recent,
    /// A recent proof, while a second factor that the role asks for may still have to be set up.
    RecentToSetUp,
}

/// What a sign-in lacks before it is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingFactor {
    /// The code of the second factor that the account has.
    Code,
    /// The second factor itself, which the role asks for.
    SetUp,
    /// A second factor at the identity provider, which the role asks for.
    AtProvider,
}

/// How somebody proved who they are. A wrong hand may hold the token of a person's sign-in, so what is proved has an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonalProof {
    /// When they last did.
    pub proved_at: Timestamp,
    /// Whether a second factor was among it.
    pub has_second_factor: bool,
    /// What is still missing.
    pub missing: Option<MissingFactor>,
}

/// How far a caller proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// Nobody is asked: a program by its key, the operator by theirs, the server itself, or who shows nothing.
    NotAsked,
    /// Somebody signed in.
    Person(PersonalProof),
}

/// What is known of a user's second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whether the user set one up here.
    pub is_set_up: bool,
    /// Whether the user's role asks for one.
    pub is_demanded: bool,
}

impl PersonalProof {
    /// A proof to this server. A code that was proved counts while there is a second factor: who removed theirs since has to
    /// set one up again, where it is asked for.
    #[must_use]
    pub fn here(proved_at: Timestamp, has_second_factor: bool, factor: SecondFactor) -> Self {
        let missing = match factor {
            SecondFactor { is_set_up: true, .. } if has_second_factor => None,
            SecondFactor { is_set_up: true, .. } => Some(MissingFactor::Code),
            SecondFactor { is_demanded: true, .. } => Some(MissingFactor::SetUp),
            SecondFactor { .. } => None,
        };
        Self { proved_at, has_second_factor, missing }
    }

    /// A proof to the identity provider, which keeps the user's factors itself.
    #[must_use]
    pub fn at_provider(proved_at: Timestamp, has_second_factor: bool, factor: SecondFactor) -> Self {
        let is_missing = factor.is_demanded && !has_second_factor;
        Self { proved_at, has_second_factor, missing: is_missing.then_some(MissingFactor::AtProvider) }
    }
}

impl Assurance {
    /// When a person last proved who they are; `None` where nobody is asked.
    #[must_use]
    pub const fn person(self) -> Option<PersonalProof> {
        match self {
            Self::NotAsked => None,
            Self::Person(proof) => Some(proof),
        }
    }

    /// Refuses a sign-in that lacks a factor.
    ///
    /// # Errors
    /// `ProofNeeded`, which says what is missing and how to give it.
    pub fn complete(self) -> Result<()> {
        let missing = self.person().and_then(|proof| proof.missing);
        missing.map_or(Ok(()), |missing| Err(Error::ProofNeeded(missing.into())))
    }

    /// Refuses a caller who did not prove as much as is needed. A proof is recent for `recent_seconds`.
    ///
    /// # Errors
    /// `ProofNeeded`, which says what is missing and how to give it.
    pub fn admit(self, needed: ProofNeeded, now: Timestamp, recent_seconds: i64) -> Result<()> {
        let Self::Person(proof) = self else { return Ok(()) };
        match (needed, proof.missing) {
            (ProofNeeded::Begun, _) => return Ok(()),
            (ProofNeeded::RecentToSetUp, Some(MissingFactor::SetUp)) => {}
            _ => self.complete()?,
        }
        let is_recent = now <= proof.proved_at.plus_seconds(recent_seconds);
        if needed == ProofNeeded::Complete || is_recent {
            Ok(())
        } else {
            Err(Error::ProofNeeded(LackingProof::Recent { minutes: recent_seconds / 60 }))
        }
    }
}

/// What a caller has yet to prove. `Display` says how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LackingProof {
    /// A part of the sign-in.
    Factor(MissingFactor),
    /// Who they are, once more.
    Recent {
        /// For how many minutes a proof is recent.
        minutes: i64,
    },
}

impl From<MissingFactor> for LackingProof {
    fn from(missing: MissingFactor) -> Self {
        Self::Factor(missing)
    }
}

impl fmt::Display for LackingProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Factor(MissingFactor::Code) => {
                f.write_str("your sign-in is not complete: send the code of your second factor to POST /auth/prove")
            }
            Self::Factor(MissingFactor::SetUp) => f.write_str(
                "your role asks for a second factor: set one up on the page /dashboard/second-factor, \
                 or with POST /v1/users/second-factor",
            ),
            Self::Factor(MissingFactor::AtProvider) => f.write_str(
                "your role asks for a second factor: set one up where you sign in, and sign in there with it",
            ),
            Self::Recent { minutes } => write!(
                f,
                "this asks who you are once more, since your last proof is more than {minutes} minutes old: send your \
                 password or code to POST /auth/prove, or sign in again (on the command line: aedile login)"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::NOW;

    const RECENT: i64 = 600;

    fn admitted(proof: PersonalProof, needed: ProofNeeded) -> bool {
        Assurance::Person(proof).admit(needed, Timestamp::from_micros(NOW), RECENT).is_ok()
    }

    #[test]
    fn each_operation_gets_the_proof_it_asks_for() {
        let at = |age: i64| Timestamp::from_micros(NOW).plus_seconds(-age);
        let none = SecondFactor::default();
        let set_up = SecondFactor { is_set_up: true, is_demanded: true };
        let demanded = SecondFactor { is_set_up: false, is_demanded: true };
        use ProofNeeded::{Begun, Complete, Recent, RecentToSetUp};
        for (proof, expected) in [
            (PersonalProof::here(at(600), false, none), [true, true, true, true]),
            (PersonalProof::here(at(601), false, none), [true, true, false, false]),
            (PersonalProof::here(at(0), false, set_up), [true, false, false, false]),
            (PersonalProof::here(at(0), true, set_up), [true, true, true, true]),
            (PersonalProof::here(at(601), true, set_up), [true, true, false, false]),
            (PersonalProof::here(at(0), false, demanded), [true, false, false, true]),
            (PersonalProof::here(at(0), true, demanded), [true, false, false, true]),
            (PersonalProof::here(at(601), false, demanded), [true, false, false, false]),
            (PersonalProof::at_provider(at(0), false, demanded), [true, false, false, false]),
            (PersonalProof::at_provider(at(0), true, demanded), [true, true, true, true]),
            (PersonalProof::at_provider(at(0), false, none), [true, true, true, true]),
        ] {
            let given = [Begun, Complete, Recent, RecentToSetUp].map(|needed| admitted(proof, needed));
            assert_eq!(given, expected, "{proof:?}");
        }
    }

    #[test]
    fn programs_and_the_server_itself_are_not_asked() {
        let now = Timestamp::from_micros(NOW);
        assert!(Assurance::NotAsked.admit(ProofNeeded::Recent, now, RECENT).is_ok());
        assert_eq!(Assurance::NotAsked.person(), None);
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let stale = PersonalProof::here(Timestamp::from_micros(0), false, SecondFactor::default());
        let refused = Assurance::Person(stale).admit(ProofNeeded::Recent, Timestamp::from_micros(NOW), RECENT);
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("10 minutes") && message.contains("POST /auth/prove"), "{message}");
    }
}
