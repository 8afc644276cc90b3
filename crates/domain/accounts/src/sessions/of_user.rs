//! `user_session.list`

use aedile_kernel::{
    Authority, Context, Effect, Error, Operation, Page, PageRequest, Permission, Query, ReadCost, Result, UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Session;
use super::own::{cutoff, is_current};
use super::port::Sessions;

/// Lists where a user is signed in: browsers, programs and the command line, the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListUserSessions {
    /// ID of the user.
    pub user_id: UserId,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListUserSessions {
    const NAME: &'static str = "user_session.list";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sessions;
    type Output = Page<Session>;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Query for ListUserSessions {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Page<Session>> {
        if !sessions.knows(&self.user_id)? {
            return Err(Error::not_found("User"));
        }
        let page = sessions.list(&self.user_id, &self.page, cutoff(cx))?;
        Ok(page.map(|session| Session { is_current: is_current(cx, &session), ..session }))
    }
}
