//! `marketing_email.unsubscribe`, by one click in a mail.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, InstallationKey, Operation, Permission, Result, Topic,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::MailId;
use super::port::Mails;

/// The bytes of a tag that nobody guesses.
const TAG: usize = 16;

/// Makes and knows the tokens of unsubscribe links, which stand for the mail they came with.
#[derive(Clone)]
pub struct UnsubscribeKey(InstallationKey);

impl UnsubscribeKey {
    /// Tokens of this installation.
    #[must_use]
    pub const fn new(key: InstallationKey) -> Self {
        Self(key)
    }

    /// The token of a mail.
    #[must_use]
    pub fn token(&self, mail: MailId) -> String {
        let number = mail.0.to_be_bytes();
        URL_SAFE_NO_PAD.encode([number.as_slice(), &self.tag(&number)].concat())
    }

    /// The mail of a token.
    ///
    /// # Errors
    /// `NotFound` for a token that was not made here.
    pub fn open(&self, token: &str) -> Result<MailId> {
        let unknown = || Error::not_found("Mail");
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| unknown())?;
        let (number, tag) = bytes.split_first_chunk::<8>().ok_or_else(unknown)?;
        // Whoever could learn of the tag byte by byte would only unsubscribe somebody.
        if tag == self.tag(number) { Ok(MailId(i64::from_be_bytes(*number))) } else { Err(unknown()) }
    }

    fn tag(&self, number: &[u8]) -> Vec<u8> {
        self.0.derive("unsubscribe", &[number]).into_iter().take(TAG).collect()
    }
}

/// Takes whoever got a mail off the list of marketing mail. The entry point that knows the token runs it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    /// Which mail.
    pub mail: MailId,
}

impl Operation for Unsubscribe {
    const NAME: &'static str = "marketing_email.unsubscribe";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "user";
    type Repository = dyn Mails;
    type Output = ();
}

impl Command for Unsubscribe {
    fn run(&self, mails: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = mails.find_user_of(self.mail)?.ok_or_else(|| Error::not_found("Mail"))?;
        if !mails.withdraw_consent(&user, cx.now)? {
            return Ok(Change::none());
        }
        let (before, after) = (json!({ "marketing_opt_in": true }), json!({ "marketing_opt_in": false }));
        Ok(Change::of(Self::RESOURCE, user).before(&before).after(&after).invalidate(Topic::Access))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_stands_for_its_mail_and_no_other() {
        let key = UnsubscribeKey::new(InstallationKey::new([7; 32]));
        let token = key.token(MailId(42));
        assert_eq!(key.open(&token).unwrap(), MailId(42));
        let other = UnsubscribeKey::new(InstallationKey::new([8; 32]));
        let cut: String = token.chars().take(20).collect();
        for bad in ["", "x", &cut, &other.token(MailId(42)), &token.to_uppercase()] {
            assert!(matches!(key.open(bad), Err(Error::NotFound(_))), "{bad}");
        }
    }
}
