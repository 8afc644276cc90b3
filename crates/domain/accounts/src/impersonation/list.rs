//! `impersonation.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Impersonation;
use super::port::Impersonations;

/// Lists which admin acts, or acted, as which user, and why: the newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListImpersonations {
    /// Whether only those are listed that go on.
    #[serde(default)]
    pub active: bool,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListImpersonations {
    const NAME: &'static str = "impersonation.list";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Impersonations;
    type Output = Page<Impersonation>;
}

impl Query for ListImpersonations {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, impersonations: &mut Self::Repository, cx: &Context) -> Result<Page<Impersonation>> {
        impersonations.list(&self.page, self.active.then_some(cx.now))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockImpersonations;
    use super::*;

    #[test]
    fn those_that_go_on_are_listed_by_the_present() {
        for active in [true, false] {
            let mut impersonations = MockImpersonations::new();
            let is_as_asked = move |at: &Option<_>| at.is_some() == active;
            impersonations
                .expect_list()
                .withf(move |_, at| is_as_asked(at))
                .returning(|_, _| Ok(Page { items: Vec::new(), total: Some(0), next: None }));
            let query = ListImpersonations { active, page: PageRequest::first() };
            assert!(query.run(&mut impersonations, &context_of("bob", [])).is_ok());
        }
    }
}
