//! One campaign, and how far it has come.

use aedile_kernel::{Error, Result};
use aedile_messaging::campaigns::{CampaignId, GetCampaign};

use super::campaigns::progress;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::pages::people::People;
use crate::view::{Cell, Facts, Link, Page, Section};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let id = asked.name.parse().map(CampaignId).map_err(|_| Error::not_found("Campaign"))?;
    let campaign = backend.read(GetCampaign { id }).await?;
    let people = People::of_actors(backend, vec![&campaign.created_by]).await?;
    let facts = Facts::default()
        .fact("State", Cell::state(campaign.status()))
        .fact("Progress", progress(&campaign))
        .fact("Recipients", campaign.recipients)
        .fact("Sent", campaign.sent)
        .fact("Waiting", campaign.pending)
        .fact("Failed", campaign.failed)
        .fact("Unsubscribed", campaign.suppressed)
        .fact("Sent by", people.actor(&campaign.created_by))
        .fact("When", campaign.created_at);
    let mut section = Section::new("Progress").block(facts);
    if campaign.pending > 0 {
        section = section.text("Pending e-mails are sent a few at a time; reload the page to see progress. They wait while no mail server (SMTP_URL) is set.");
    }
    Ok(Page::new(campaign.subject)
        .intro("The recipients were fixed when the campaign was sent. Users who withdrew their consent since do not get it.")
        .action(Link::new("To all mail", super::HERE))
        .section(section))
}
