//! Codes of authenticator apps (RFC 6238): 6 digits by HMAC-SHA-1, a new one every 30 seconds, which is what every app reads.

use std::fmt;

use aedile_accounts::second_factor::{AuthenticatorApps, Enrolment, Seed};
use aedile_kernel::{Error, Result, Timestamp, UserId};
use aws_lc_rs::hmac;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use secrecy::{ExposeSecret, SecretString};
use totp_rs::{Builder, Secret, Totp};

/// The bytes of an app's secret, as many as RFC 4226 (section 4) recommends.
const SECRET_BYTES: usize = 20;
/// The width and height of a module of the QR code in pixels. A whole number, or cameras don't tell the modules apart.
const MODULE_PIXELS: u32 = 5;

/// Knows what authenticator apps show. The secret of an app is derived from a key that is not in the database, the user and
/// their seed: a copy of the database is no second factor.
#[derive(Clone)]
pub struct DerivedApps {
    key: hmac::Key,
    issuer: String,
}

impl DerivedApps {
    /// Apps whose secrets are derived from `key`, and which show `issuer` beside their codes.
    #[must_use]
    pub fn new(key: &SecretString, issuer: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes());
        Self { key, issuer: issuer.replace(':', " ") }
    }

    fn secret(&self, user: &UserId, seed: &Seed) -> Result<Secret> {
        let mut context = hmac::Context::with_key(&self.key);
        // No part can hold the byte between them.
        for part in ["authenticator app", user.as_str(), seed.as_str()] {
            context.update(part.as_bytes());
            context.update(&[0]);
        }
        let derived = context.sign();
        let bytes = derived.as_ref().get(..SECRET_BYTES).ok_or_else(|| Error::internal("a digest is 32 bytes"))?;
        Ok(Secret::new(bytes.into()))
    }

    fn totp(&self, secret: Secret, name: &str) -> Result<Totp> {
        let builder = Builder::new()
            .with_secret(secret)
            .with_issuer(Some(self.issuer.as_str()))
            .with_account_name(name.replace(':', " "));
        builder.build().map_err(|error| Error::internal(error.to_string()))
    }
}

impl AuthenticatorApps for DerivedApps {
    fn enrolment(&self, user: &UserId, seed: &Seed, name: &str) -> Result<Enrolment> {
        let secret = self.secret(user, seed)?;
        let uri = self.totp(secret.clone(), name)?.to_url().map_err(|error| Error::internal(error.to_string()))?;
        let code = QrCode::with_error_correction_level(uri.as_bytes(), EcLevel::L)
            .map_err(|error| Error::internal(error.to_string()))?;
        let qr_svg = code.render::<svg::Color<'_>>().module_dimensions(MODULE_PIXELS, MODULE_PIXELS).build();
        Ok(Enrolment { secret: secret.to_base32(), uri, qr_svg })
    }

    fn matching_step(&self, user: &UserId, seed: &Seed, code: &str, now: Timestamp) -> Result<Option<i64>> {
        let Ok(seconds) = u64::try_from(now.as_seconds()) else { return Ok(None) };
        let step = self.totp(self.secret(user, seed)?, "")?.check(code, seconds);
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }
}

impl fmt::Debug for DerivedApps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DerivedApps").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_768_473_000;

    fn apps(key: &str) -> DerivedApps {
        DerivedApps::new(&SecretString::from(key.repeat(32)), "Aedile (admin.example.com)")
    }

    fn seed(digit: &str) -> Seed {
        Seed::try_from(digit.repeat(32)).unwrap()
    }

    fn ada() -> UserId {
        UserId::parse("ada").unwrap()
    }

    /// What the app of an enrolment shows at a second.
    fn shown(enrolment: &Enrolment, second: i64) -> String {
        Totp::from_url(&enrolment.uri).unwrap().generate(second.unsigned_abs()).to_string()
    }

    #[test]
    fn a_code_is_good_in_its_step_and_the_ones_beside_it() {
        let apps = apps("k");
        let enrolment = apps.enrolment(&ada(), &seed("1"), "ada@example.com").unwrap();
        assert!(enrolment.uri.starts_with("otpauth://totp/Aedile"), "{}", enrolment.uri);
        assert!(enrolment.qr_svg.contains("<svg") && !enrolment.qr_svg.contains("http://127"));
        let step_at = |second: i64, now: i64| {
            let code = shown(&enrolment, second);
            apps.matching_step(&ada(), &seed("1"), &code, Timestamp::from_seconds(now)).unwrap()
        };
        for (age, is_good) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            assert_eq!(step_at(NOW + age, NOW), is_good.then_some((NOW + age) / 30), "{age}");
        }
    }

    #[test]
    fn a_code_is_of_one_key_user_and_seed() {
        let apps_of = apps("k");
        let code = shown(&apps_of.enrolment(&ada(), &seed("1"), "ada").unwrap(), NOW);
        let eve = UserId::parse("eve").unwrap();
        for (apps, user, seed) in
            [(apps("x"), ada(), seed("1")), (apps_of.clone(), eve, seed("1")), (apps_of, ada(), seed("2"))]
        {
            assert_eq!(apps.matching_step(&user, &seed, &code, Timestamp::from_seconds(NOW)).unwrap(), None);
        }
    }

    #[test]
    fn no_text_but_six_digits_is_a_code() {
        for code in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345"] {
            assert_eq!(apps("k").matching_step(&ada(), &seed("1"), code, Timestamp::from_seconds(NOW)).unwrap(), None);
        }
    }

    #[test]
    fn the_key_does_not_show_itself() {
        assert!(!format!("{:?}", apps("k")).contains("kkk"));
    }
}
