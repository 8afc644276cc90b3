//! `campaign.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Campaign;
use super::port::Campaigns;

/// Lists campaigns with their progress, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListCampaigns {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListCampaigns {
    const NAME: &'static str = "campaign.list";
    const PERMISSION: Permission = Permission::MailRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Campaigns;
    type Output = Page<Campaign>;
}

impl Query for ListCampaigns {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, campaigns: &mut Self::Repository, _: &Context) -> Result<Page<Campaign>> {
        campaigns.list(&self.page)
    }
}
