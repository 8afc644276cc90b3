//! Where somebody proves who they are, and sets up what they prove it with.

use aedile_kernel::{Error, Result, Timestamp};

use crate::change;
use crate::sign_in::own_page;
use crate::view::{ProveForm, SecondFactorForm, minute};

/// The page to prove on who one is: what was wrong with the attempt before, whether a code is wanted or a password, and where
/// to go afterwards.
///
/// # Errors
/// `Internal`, when it can't be made.
pub fn prove(problem: Option<&str>, wants_code: bool, target: &str, form_token: &str) -> Result<String> {
    ProveForm { problem, wants_code, target: own_page(target), form_token }.html()
}

/// How far somebody is with their second factor.
pub enum SecondFactorStep<'a> {
    /// They have none.
    NotSetUp,
    /// They put this into their app.
    Enrolling {
        /// The secret, to type.
        secret: &'a str,
        /// The same to scan: an SVG image.
        qr_svg: &'a str,
    },
    /// They have put it in, and enter the first code once more.
    Confirming,
    /// They are shown their recovery codes.
    Codes {
        /// The codes.
        codes: &'a [String],
    },
    /// They have one.
    SetUp {
        /// Since when.
        since: String,
        /// How many recovery codes are left.
        codes_left: u32,
    },
}

impl SecondFactorStep<'_> {
    /// The step of who has a second factor.
    #[must_use]
    pub fn set_up(since: Timestamp, codes_left: u32) -> Self {
        Self::SetUp { since: minute(&since), codes_left }
    }
}

/// The page about somebody's own second factor.
///
/// # Errors
/// `Internal`, when it can't be made.
pub fn second_factor(problem: Option<&str>, step: &SecondFactorStep<'_>, form_token: &str) -> Result<String> {
    SecondFactorForm { problem, step, form_token }.html()
}

/// Where a form is opened again after its sender proved who they are, with what was typed; `None` for other refusals.
pub(crate) fn way_back(error: &Error, operation: &str, pairs: &[(String, String)]) -> Option<String> {
    let Error::ProofNeeded(_) = error else { return None };
    Some(crate::view::address(&["dashboard", "prove"], &[("to", &change::address_of(operation, pairs))]))
}
