//! Appoints an owner.

use aedile_kernel::{Change, Command, Context, Credential, Effect, Error, Operation, Permission, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::MarketplaceAdmins;

/// Makes a user an owner of this installation. Only the machine's own command line can; no entry point offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppointOwner {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for AppointOwner {
    const NAME: &'static str = "owner.appoint";
    const PERMISSION: Permission = Permission::AdminsWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn MarketplaceAdmins;
    type Output = ();
}

impl Command for AppointOwner {
    fn run(&self, admins: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        if cx.caller.credential != Credential::Console {
            return Err(Error::forbidden("only the command line of the machine itself may do this"));
        }
        admins.lock_user(&self.user_id)?.ok_or_else(|| Error::not_found("User"))?;
        admins.set_owner(&self.user_id, cx.now)?;
        Ok(Change::of(Self::RESOURCE, &self.user_id).after(&json!({ "is_owner": true })))
    }
}
