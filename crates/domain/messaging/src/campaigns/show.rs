//! `campaign.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Campaign, CampaignId};
use super::port::Campaigns;

/// Shows a campaign's progress.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetCampaign {
    /// ID of the campaign.
    pub id: CampaignId,
}

impl Operation for GetCampaign {
    const NAME: &'static str = "campaign.get";
    const PERMISSION: Permission = Permission::MailRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Campaigns;
    type Output = Campaign;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for GetCampaign {
    fn run(&self, campaigns: &mut Self::Repository, _: &Context) -> Result<Campaign> {
        campaigns.find(self.id)?.ok_or_else(|| Error::not_found("Campaign"))
    }
}
