//! `marketing_email.test`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::port::Campaigns;
use super::words::Words;
use crate::mail::MailId;

/// Sends a test of a marketing e-mail to you alone. It is sent whatever your own consent is, and has no unsubscribe link.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TestMarketingEmail {
    /// One line of at most 200 characters.
    pub subject: String,
    /// HTML body of at most 500,000 bytes. The plain-text version is made from it.
    #[schemars(extend("x-multiline" = true))]
    pub html_body: String,
}

/// A mail that is on its way to whoever tries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestMail {
    /// The mail's number.
    pub mail_id: MailId,
    /// Where it goes.
    pub email: String,
}

impl Operation for TestMarketingEmail {
    const NAME: &'static str = "marketing_email.test";
    const PERMISSION: Permission = Permission::MailSend;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const REACHES_OUT: bool = true;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = crate::mail::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Campaigns;
    type Output = TestMail;
}

impl Command for TestMarketingEmail {
    fn run(&self, campaigns: &mut Self::Repository, cx: &Context) -> Result<Change<TestMail>> {
        let words = Words::checked(&self.subject, &self.html_body)?;
        let (user, email) = own_address(campaigns, cx)?;
        let mail_id = campaigns.insert_test(&user, &words, cx.now)?;
        let row = json!({ "subject": words.subject });
        Ok(Change::of(Self::RESOURCE, mail_id)
            .after(&row)
            .personal(&["subject"])
            .returning(TestMail { mail_id, email }))
    }
}

/// Who calls, and their address.
fn own_address(campaigns: &mut dyn Campaigns, cx: &Context) -> Result<(UserId, String)> {
    let user = cx.caller.user_id.clone();
    let user = user.ok_or_else(|| Error::conflict("only a user has an address to send a test to; sign in as one"))?;
    let email = campaigns.find_address(&user)?;
    let email = email.ok_or_else(|| Error::conflict("your account has no e-mail address to send a test to"))?;
    Ok((user, email))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockCampaigns;
    use super::*;

    fn test(address: Option<&str>, cx: &Context) -> Result<Change<TestMail>> {
        let (mut campaigns, address) = (MockCampaigns::new(), address.map(str::to_owned));
        campaigns.expect_find_address().returning(move |_| Ok(address.clone()));
        campaigns
            .expect_insert_test()
            .withf(|user, words, _| user.as_str() == "user_root" && words.html == "<p>Hello</p>")
            .returning(|_, _, _| Ok(MailId(7)));
        TestMarketingEmail { subject: "News".into(), html_body: "<p>Hello</p>".into() }.run(&mut campaigns, cx)
    }

    #[test]
    fn it_goes_to_whoever_calls() {
        let change = test(Some("root@example.com"), &context_of("user_root", [Permission::MailSend])).unwrap();
        let sent = TestMail { mail_id: MailId(7), email: "root@example.com".into() };
        assert_eq!((change.output(), change.records().len()), (&sent, 1));
    }

    #[test]
    fn without_an_address_it_is_refused() {
        let cx = context_of("user_root", [Permission::MailSend]);
        assert!(matches!(test(None, &cx), Err(Error::Conflict(_))));
        let operator = Context { caller: Caller::operator(), ..cx };
        assert!(matches!(test(Some("root@example.com"), &operator), Err(Error::Conflict(_))));
    }
}
