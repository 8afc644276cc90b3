//! `password.request_reset`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::{LocalPasswords, NewReset};
use super::{LINK_LIFETIME, LinkToken, mail_text};
use crate::local_users::{Identifier, IdentifierType};

/// Nobody's mailbox is filled: one mail a minute.
const PAUSE_SECONDS: i64 = 60;

/// Mails a local user a link to choose a new password with, which is good once and for 30 minutes. Nobody learns from it
/// whether somebody has an account.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// E-mail address that the user signs in with.
    pub identifier: String,
    /// The random part of the link.
    pub token: LinkToken,
}

impl Operation for RequestPasswordReset {
    const NAME: &'static str = "password.request_reset";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const REACHES_OUT: bool = true;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalPasswords;
    type Output = ();
}

impl Command for RequestPasswordReset {
    fn run(&self, passwords: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let identifier = Identifier::parse(&self.identifier)?;
        let Some(user) = passwords.find_user(&identifier)? else { return Ok(Change::none()) };
        let Some(known) = passwords.lock(&user)? else { return Ok(Change::none()) };
        if known.account.user.identifier_type != IdentifierType::Email
            || passwords.newest_link_at(&user)?.is_some_and(|made| cx.now < made.plus_seconds(PAUSE_SECONDS))
        {
            return Ok(Change::none());
        }
        let expires_at = cx.now.plus_seconds(LINK_LIFETIME);
        let (token_hash, user_id) = (self.token.hash(), user.clone());
        passwords.insert_link(&NewReset { token_hash, user_id, created_at: cx.now, expires_at })?;
        let text = mail_text(&self.token);
        passwords.insert_mail(&user, "Choose a new password", &text, cx.now)?;
        Ok(Change::of(Self::RESOURCE, &user).after(&json!({ "password_link_until": expires_at })))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, SeededEntropy, context};
    use aedile_kernel::{Caller, Timestamp};

    use super::super::port::MockLocalPasswords;
    use super::super::samples::{id, known};
    use super::*;

    fn request(exists: bool, newest_seconds_ago: Option<i64>, mails: usize) -> Change<()> {
        let token = LinkToken::generate(&SeededEntropy::default());
        let (hash, path) = (token.hash(), token.path());
        let mut passwords = MockLocalPasswords::new();
        passwords.expect_find_user().returning(move |_| Ok(exists.then(|| id("ada"))));
        passwords.expect_lock().returning(|_| Ok(Some(known())));
        let newest = newest_seconds_ago.map(|seconds| Timestamp::from_micros(NOW).plus_seconds(-seconds));
        passwords.expect_newest_link_at().returning(move |_| Ok(newest));
        passwords.expect_insert_link().withf(move |link| link.token_hash == hash).times(mails).returning(|_| Ok(()));
        passwords
            .expect_insert_mail()
            .withf(move |user, _, body, _| user.as_str() == "ada" && body.contains(&path))
            .times(mails)
            .returning(|_, _, _, _| Ok(()));
        let command = RequestPasswordReset { identifier: "ada@example.com".into(), token };
        command.run(&mut passwords, &context(Caller::anonymous())).unwrap()
    }

    #[test]
    fn a_link_is_mailed_once_a_minute_and_only_to_who_signs_in_here() {
        let change = request(true, None, 1);
        let row = change.records()[0].new_values.clone().unwrap().to_string();
        assert!(!row.contains("aed_pwd_"), "{row}");
        assert_eq!(request(true, Some(60), 1).records().len(), 1);
        assert!(request(true, Some(59), 0).records().is_empty());
        assert!(request(false, None, 0).records().is_empty());
    }
}
