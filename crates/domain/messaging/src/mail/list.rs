//! `mail.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Mail, MailStatus};
use super::port::Mails;

/// Lists e-mails, newest first, to find those that could not be delivered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListMail {
    /// Filters by status.
    #[serde(default)]
    pub status: Option<MailStatus>,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListMail {
    const NAME: &'static str = "mail.list";
    const PERMISSION: Permission = Permission::MailRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Mails;
    type Output = Page<Mail>;
}

impl Query for ListMail {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, mails: &mut Self::Repository, _: &Context) -> Result<Page<Mail>> {
        mails.list(self.status, &self.page)
    }
}
