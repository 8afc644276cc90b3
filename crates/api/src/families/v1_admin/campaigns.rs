//! `/v1/admin/marketing-email` and `/v1/admin/campaigns`.

use actix_web::HttpResponse;
use aedile_messaging::campaigns::{
    Campaign, CampaignId, GetCampaign, ListCampaigns, SendMarketingEmail, TestMarketingEmail,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::paging::page;
use crate::families::times::Zoned;

pub(super) async fn send(mut call: Call<SendMarketingEmail>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |campaign| {
        let status = campaign.status();
        let body = BegunBody { campaign_id: campaign.id, recipients: campaign.recipients, status };
        (HttpResponse::Created(), body)
    })
    .await
}

pub(super) async fn test(mut call: Call<TestMarketingEmail>) -> Answer {
    let operation = call.json().await?;
    call.answer(operation, |mail| (HttpResponse::Created(), mail)).await
}

pub(super) async fn list(call: Call<ListCampaigns>) -> Answer {
    let asked = page(&call)?;
    let key = &call.app.dependencies.installation_key;
    let encode = |campaigns| Fields::page::<_, CampaignBody>("campaigns", campaigns, &asked, key);
    call.answer(ListCampaigns { page: asked.clone() }, |campaigns| (HttpResponse::Ok(), encode(campaigns))).await
}

pub(super) async fn show(call: Call<GetCampaign>) -> Answer {
    let operation = GetCampaign { id: CampaignId(call.number()?) };
    call.answer(operation, |campaign| (HttpResponse::Ok(), CampaignBody::from(campaign))).await
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CampaignBegunBody")]
pub(super) struct BegunBody {
    campaign_id: CampaignId,
    recipients: i64,
    #[schemars(example = &"sending")]
    status: &'static str,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct CampaignBody {
    campaign_id: CampaignId,
    subject: String,
    #[schemars(example = &"sending")]
    status: &'static str,
    recipients: i64,
    sent: i64,
    failed: i64,
    pending: i64,
    suppressed: i64,
    created_by: String,
    created_at: Zoned,
}

impl From<Campaign> for CampaignBody {
    fn from(campaign: Campaign) -> Self {
        Self {
            status: campaign.status(),
            campaign_id: campaign.id,
            subject: campaign.subject,
            recipients: campaign.recipients,
            sent: campaign.sent,
            failed: campaign.failed,
            pending: campaign.pending,
            suppressed: campaign.suppressed,
            created_by: campaign.created_by,
            created_at: campaign.created_at.into(),
        }
    }
}
