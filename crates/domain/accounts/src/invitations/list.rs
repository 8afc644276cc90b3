//! `invitation.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Page, PageRequest, Permission, Query, ReadCost, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Invitation;
use super::port::Invitations;

/// Lists who was invited by whom and to what, the newest first. No link is shown again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListInvitations {
    /// Whether only those are listed whose link is good now.
    #[serde(default)]
    pub open: bool,
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListInvitations {
    const NAME: &'static str = "invitation.list";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Invitations;
    type Output = Page<Invitation>;
}

impl Query for ListInvitations {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, invitations: &mut Self::Repository, cx: &Context) -> Result<Page<Invitation>> {
        invitations.list(&self.page, self.open.then_some(cx.now))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockInvitations;
    use super::*;

    #[test]
    fn open_ones_are_listed_by_the_present() {
        for open in [true, false] {
            let mut invitations = MockInvitations::new();
            let is_as_asked = move |at: &Option<_>| at.is_some() == open;
            invitations
                .expect_list()
                .withf(move |_, at| is_as_asked(at))
                .returning(|_, _| Ok(Page { items: Vec::new(), total: Some(0), next: None }));
            let query = ListInvitations { open, page: PageRequest::first() };
            assert!(query.run(&mut invitations, &context_of("bob", [])).is_ok());
        }
    }
}
