//! `abuse_flag.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{AbuseFlag, FlagFilter, FlagStatus, FlagType};
use super::port::AbuseFlags;

/// Lists abuse flags, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAbuseFlags {
    /// Filters by status.
    #[serde(default)]
    pub status: Option<FlagStatus>,
    /// Filters by type.
    #[serde(default)]
    pub flag_type: Option<FlagType>,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListAbuseFlags {
    const NAME: &'static str = "abuse_flag.list";
    const PERMISSION: Permission = Permission::ModerationRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn AbuseFlags;
    type Output = Page<AbuseFlag>;
}

impl Query for ListAbuseFlags {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, flags: &mut Self::Repository, _: &Context) -> Result<Page<AbuseFlag>> {
        flags.list(&FlagFilter { status: self.status, flag_type: self.flag_type }, &self.page)
    }
}
