//! `api_key.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::ListedApiKey;
use super::port::ApiKeys;

/// Lists the API keys, the newest first, without the keys themselves.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListApiKeys {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListApiKeys {
    const NAME: &'static str = "api_key.list";
    const PERMISSION: Permission = Permission::KeysRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn ApiKeys;
    type Output = Page<ListedApiKey>;
}

impl Query for ListApiKeys {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, keys: &mut Self::Repository, cx: &Context) -> Result<Page<ListedApiKey>> {
        Ok(keys.list(&self.page)?.map(|key| key.listed_at(cx.now)))
    }
}
