//! `marketing_email.send`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{Campaign, NewCampaign};
use super::port::Campaigns;
use super::words::Words;

/// Sends an e-mail to all users who agreed to marketing e-mail. The recipients are fixed now; a user who withdraws their
/// consent before their e-mail is sent does not get it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMarketingEmail {
    /// One line of at most 200 characters.
    pub subject: String,
    /// HTML body of at most 500,000 bytes. The plain-text version is made from it.
    #[schemars(extend("x-multiline" = true))]
    pub html_body: String,
}

impl Operation for SendMarketingEmail {
    const NAME: &'static str = "marketing_email.send";
    const PERMISSION: Permission = Permission::MailSend;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const TESTED_BY: Option<&'static str> = Some("marketing_email.test");
    const REACHES_OUT: bool = true;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Campaigns;
    type Output = Campaign;
}

impl Command for SendMarketingEmail {
    fn run(&self, campaigns: &mut Self::Repository, cx: &Context) -> Result<Change<Campaign>> {
        let words = Words::checked(&self.subject, &self.html_body)?;
        let created_by = cx.caller.actor_id.clone();
        let id = campaigns.insert(&NewCampaign { words, created_by, created_at: cx.now })?;
        let campaign = campaigns.find(id)?.ok_or_else(|| Error::internal("a campaign that is not there"))?;
        let row = json!({ "subject": campaign.subject, "recipients": campaign.recipients });
        Ok(Change::of(Self::RESOURCE, id).after(&row).personal(&["subject"]).returning(campaign))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::CampaignId;
    use super::super::port::MockCampaigns;
    use super::*;

    fn send(subject: &str, html: &str) -> Result<Change<Campaign>> {
        let mut campaigns = MockCampaigns::new();
        campaigns
            .expect_insert()
            .withf(|new| new.words.text.contains("ten new skills"))
            .returning(|_| Ok(CampaignId(1)));
        campaigns.expect_find().returning(|id| {
            Ok(Some(Campaign {
                id,
                subject: "News".into(),
                recipients: 2,
                sent: 0,
                failed: 0,
                pending: 2,
                suppressed: 0,
                created_by: "user_root".into(),
                created_at: aedile_kernel::Timestamp::from_micros(0),
            }))
        });
        let command = SendMarketingEmail { subject: subject.into(), html_body: html.into() };
        command.run(&mut campaigns, &context_of("user_root", [Permission::MailSend]))
    }

    #[test]
    fn it_says_for_how_many_it_is() {
        let change = send("News", "<h1>Look</h1><p>We have ten new skills.</p>").unwrap();
        assert_eq!((change.output().recipients, change.output().status()), (2, "sending"));
    }
}
