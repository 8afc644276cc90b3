//! Shows one user.

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::UserDetail;
use super::port::Directory;

/// Shows everything about one user.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetUser {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for GetUser {
    const NAME: &'static str = "user.get";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "user";
    type Repository = dyn Directory;
    type Output = UserDetail;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Query for GetUser {
    fn run(&self, users: &mut Self::Repository, _: &Context) -> Result<UserDetail> {
        users.find(&self.user_id)?.ok_or_else(|| Error::not_found("User"))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockDirectory;
    use super::*;

    #[test]
    fn a_stranger_is_not_found() {
        let mut users = MockDirectory::new();
        users.expect_find().return_once(|_| Ok(None));
        let unknown = GetUser { user_id: UserId::parse("user_x").unwrap() };
        let refused = unknown.run(&mut users, &context_of("user_root", [Permission::UsersRead]));
        assert!(matches!(refused, Err(Error::NotFound(_))));
    }
}
