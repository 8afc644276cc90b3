//! One local user.

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::LocalUser;
use super::port::LocalUsers;

/// Shows a local user.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetLocalUser {
    /// ID of the user.
    pub id: UserId,
}

impl Operation for GetLocalUser {
    const NAME: &'static str = "local_user.get";
    const PERMISSION: Permission = Permission::UsersRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalUsers;
    type Output = LocalUser;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for GetLocalUser {
    fn run(&self, users: &mut Self::Repository, _: &Context) -> Result<LocalUser> {
        users.find(&self.id)?.ok_or_else(|| Error::not_found("User"))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockLocalUsers;
    use super::super::testing::{account, id};
    use super::*;

    #[test]
    fn a_user_is_found_or_not() {
        let mut users = MockLocalUsers::new();
        users.expect_find().returning(|user| Ok((user == &id("ada")).then(|| account("ada").user)));
        let cx = context_of("root", []);
        assert_eq!(GetLocalUser { id: id("ada") }.run(&mut users, &cx).unwrap(), account("ada").user);
        assert!(matches!(GetLocalUser { id: id("bob") }.run(&mut users, &cx), Err(Error::NotFound(_))));
    }

    #[test]
    fn c_59_a_user_shows_no_secret() {
        let shown = serde_json::to_value(account("ada").user).unwrap();
        let mut fields: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        let expected = [
            "api_disabled",
            "created_at",
            "id",
            "identifier",
            "identifier_type",
            "must_change_password",
            "role",
            "tier",
            "updated_at",
        ];
        assert_eq!(fields, expected);
    }
}
