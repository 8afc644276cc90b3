//! Authenticator apps, which show a new code every 30 seconds (RFC 6238).

use aedile_kernel::digest::hex;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Error, Result, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A random number that an app's secret is derived from, with a key that is not in the database. Who has only the database
/// can't make codes from it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Seed(String);

impl Seed {
    /// Draws a seed: 128 random bits.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(hex(&random_bytes::<16>(entropy)))
    }

    /// The seed in hexadecimal.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Seed {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        let is_seed = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_seed { Ok(Self(text)) } else { Err(Error::invalid("seed", "must be 32 hexadecimal digits")) }
    }
}

/// What somebody puts into their authenticator app. It is shown once and does not show itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolment {
    /// Secret in Base32, to type into the app.
    #[schemars(example = &"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub secret: String,
    /// The same as an address that apps read (`otpauth://`).
    #[schemars(example = &"otpauth://totp/Aedile%20(admin.example.com):ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    pub uri: String,
    /// The address as a QR code: an SVG image.
    #[schemars(example = &"<svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>")]
    pub qr_svg: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

/// Knows what authenticator apps show.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait AuthenticatorApps: Send + Sync {
    /// What to put into an app: the secret of this user and seed, under the name the user signs in with.
    ///
    /// # Errors
    /// `Internal` if it can't be made.
    fn enrolment(&self, user: &UserId, seed: &Seed, name: &str) -> Result<Enrolment>;

    /// The 30-second step, counted since 1970, whose code this is: the present one, or the one before or after it. `None` when
    /// it is neither.
    ///
    /// # Errors
    /// `Internal` if it can't be told.
    fn matching_step(&self, user: &UserId, seed: &Seed, code: &str, now: Timestamp) -> Result<Option<i64>>;
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;

    use super::*;

    #[test]
    fn a_seed_is_read_back_and_nothing_else_is() {
        let seed = Seed::generate(&SeededEntropy::default());
        assert_eq!(Seed::try_from(seed.as_str().to_owned()).unwrap(), seed);
        for text in ["", "0", "g0000000000000000000000000000000"] {
            assert!(Seed::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn an_enrolment_does_not_show_itself() {
        let enrolment = Enrolment { secret: "CANARY".into(), uri: "CANARY".into(), qr_svg: "CANARY".into() };
        assert!(!format!("{enrolment:?}").contains("CANARY"));
    }
}
