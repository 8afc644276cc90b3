//! Lists the skills that are withdrawn.

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::ModeratedSkill;
use super::port::Takedowns;

/// Lists the withdrawn skills, the last withdrawn first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListWithdrawnSkills {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListWithdrawnSkills {
    const NAME: &'static str = "skill.list_withdrawn";
    const PERMISSION: Permission = Permission::CatalogRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "skill";
    type Repository = dyn Takedowns;
    type Output = Page<ModeratedSkill>;
}

impl Query for ListWithdrawnSkills {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, takedowns: &mut Self::Repository, _: &Context) -> Result<Page<ModeratedSkill>> {
        takedowns.list_withdrawn(&self.page)
    }
}
