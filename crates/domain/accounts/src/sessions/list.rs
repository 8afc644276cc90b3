//! `session.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Session;
use super::own::{cutoff, owner};
use super::port::Sessions;

/// Lists where you are signed in: browsers, programs and your command line, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSessions {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListSessions {
    const NAME: &'static str = "session.list";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const HAS_OWN_FORM: bool = true;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sessions;
    type Output = Page<Session>;
}

impl Query for ListSessions {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Page<Session>> {
        let page = sessions.list(owner(cx)?, &self.page, cutoff(cx))?;
        Ok(page.map(|session| Session { is_current: super::own::is_current(cx, &session), ..session }))
    }
}
