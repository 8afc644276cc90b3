//! Says whether the caller is an admin.

use aedile_kernel::{Admits, Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::AdminCheck;
use super::port::MarketplaceAdmins;

/// Says whether the caller is an admin of the marketplace; any signed-in user may ask.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckAdmin {}

impl Operation for CheckAdmin {
    const NAME: &'static str = "admin.check";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "user";
    const ADMITS: Admits = Admits::Held;
    type Repository = dyn MarketplaceAdmins;
    type Output = AdminCheck;
}

impl Query for CheckAdmin {
    fn run(&self, admins: &mut Self::Repository, cx: &Context) -> Result<AdminCheck> {
        let id = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user can ask this"))?;
        let user = admins.find(id)?.ok_or_else(|| Error::not_found("User"))?;
        Ok(AdminCheck { is_admin: user.is_admin })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::{context, context_of};

    use super::super::port::MockMarketplaceAdmins;
    use super::*;
    use crate::users::sample;

    #[test]
    fn the_flag_is_told() {
        for is_admin in [true, false] {
            let mut admins = MockMarketplaceAdmins::new();
            admins.expect_find().return_once(move |_| Ok(Some(crate::User { is_admin, ..sample("user_a") })));
            let check = CheckAdmin {}.run(&mut admins, &context_of("user_a", [])).unwrap();
            assert_eq!(check.is_admin, is_admin);
        }
    }

    #[test]
    fn the_console_is_no_user() {
        let refused = CheckAdmin {}.run(&mut MockMarketplaceAdmins::new(), &context(Caller::console()));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}
