//! The list of local users.

use aedile_kernel::{
    Authority, Context, Effect, Error, Operation, Page, PageRequest, Permission, Query, ReadCost, Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::LocalUser;
use super::port::LocalUsers;

/// Lists local users, who sign in with a password kept by Aedile, newest first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLocalUsers {
    /// Which part of the list.
    #[serde(default = "PageRequest::first")]
    pub page: PageRequest,
}

impl Operation for ListLocalUsers {
    const NAME: &'static str = "local_user.list";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalUsers;
    type Output = Page<LocalUser>;
}

impl Query for ListLocalUsers {
    fn cost(&self) -> ReadCost {
        self.page.cost()
    }

    fn run(&self, users: &mut Self::Repository, _: &Context) -> Result<Page<LocalUser>> {
        if !(1..=PageRequest::MAX_LIMIT).contains(&self.page.limit) {
            return Err(Error::invalid("limit", "must be between 1 and 100"));
        }
        users.list(&self.page)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Position;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockLocalUsers;
    use super::*;

    #[test]
    fn a_page_has_bounds_however_it_came_in() {
        for limit in [0, 101, u32::MAX] {
            let list = ListLocalUsers { page: PageRequest { limit, position: Position::Offset(0) } };
            assert!(matches!(list.run(&mut MockLocalUsers::new(), &context_of("ada", [])), Err(Error::Invalid(_))));
        }
        let mut users = MockLocalUsers::new();
        users.expect_list().return_once(|_| Ok(Page { items: Vec::new(), total: Some(0), next: None }));
        let list: ListLocalUsers = serde_json::from_str("{}").unwrap();
        assert_eq!(list.run(&mut users, &context_of("ada", [])).unwrap().total, Some(0));
    }
}
