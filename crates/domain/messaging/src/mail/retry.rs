//! `mail.retry`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Mail, MailId, MailStatus};
use super::port::Mails;

/// Retries an e-mail that could not be delivered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryMail {
    /// ID of the e-mail.
    pub id: MailId,
}

impl Operation for RetryMail {
    const NAME: &'static str = "mail.retry";
    const PERMISSION: Permission = Permission::MailSend;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Mails;
    type Output = Mail;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for RetryMail {
    fn run(&self, mails: &mut Self::Repository, cx: &Context) -> Result<Change<Mail>> {
        let before = mails.lock(self.id)?.ok_or_else(|| Error::not_found("Mail"))?;
        if before.status != MailStatus::Failed {
            return Err(Error::conflict("this mail did not fail"));
        }
        mails.requeue(self.id, cx.now)?;
        let after = Mail { status: MailStatus::Pending, attempts: 0, due_at: cx.now, ..before.clone() };
        Ok(Change::of(Self::RESOURCE, self.id).before(&before).after(&after).returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{Timestamp, UserId};

    use super::super::port::MockMails;
    use super::*;

    fn retry(status: Option<MailStatus>) -> Result<Change<Mail>> {
        let known = status.map(|status| Mail {
            id: MailId(7),
            campaign_id: None,
            user_id: Some(UserId::parse("user_a").unwrap()),
            email: Some("a@example.com".into()),
            subject: "Hello".into(),
            status,
            attempts: 128,
            due_at: Timestamp::from_micros(0),
            last_error: Some("550 no such user".into()),
            created_at: Timestamp::from_micros(0),
        });
        let mut mails = MockMails::new();
        mails.expect_lock().return_once(move |_| Ok(known));
        mails.expect_requeue().returning(|_, _| Ok(()));
        RetryMail { id: MailId(7) }.run(&mut mails, &context_of("user_root", [Permission::MailSend]))
    }

    #[test]
    fn a_mail_that_failed_is_tried_anew() {
        let change = retry(Some(MailStatus::Failed)).unwrap();
        let mail = change.output();
        assert_eq!((mail.status, mail.attempts), (MailStatus::Pending, 0));
        assert_eq!(mail.due_at, Timestamp::from_micros(NOW));
    }

    #[test]
    fn any_other_is_left_alone() {
        for status in [MailStatus::Pending, MailStatus::Sent, MailStatus::Suppressed] {
            assert!(matches!(retry(Some(status)), Err(Error::Conflict(_))), "{status:?}");
        }
        assert!(matches!(retry(None), Err(Error::NotFound(_))));
    }
}
