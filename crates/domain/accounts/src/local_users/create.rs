//! A new local user.

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Error, Event, LocalRole, Operation, Operations, Permission,
    Result, Topic,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::guard;
use super::identifier::Identifier;
use super::model::{LocalAccount, LocalUser};
use super::port::LocalUsers;
use crate::passwords::{Password, PasswordHash, PasswordHasher};

/// Creates a user who signs in with a password kept here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLocalUser {
    /// An e-mail address or an E.164 phone number.
    pub identifier: String,
    /// The password's hash in the PHC string format, such as `$pbkdf2-sha256$i=600000,l=32$salt$hash`.
    pub password_hash: PasswordHash,
    /// `user` when absent.
    pub role: Option<LocalRole>,
    /// Tier; default: that of the role.
    pub tier: Option<String>,
}

impl Operation for CreateLocalUser {
    const NAME: &'static str = "local_user.create";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const COMMAND_VERB: Option<&'static str> = Some("add");
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalUsers;
    type Output = LocalUser;
}

impl Command for CreateLocalUser {
    fn run(&self, users: &mut Self::Repository, cx: &Context) -> Result<Change<LocalUser>> {
        let identifier = Identifier::parse(&self.identifier)?;
        let role = self.role.unwrap_or(LocalRole::User);
        let account = LocalAccount::new(&identifier, role, self.tier.clone(), cx)?;
        guard::may_become(cx, &account)?;
        super::update::known_tier(users, account.explicit_tier.as_deref())?;
        if users.is_taken(&identifier)? {
            return Err(Error::conflict("this identifier is already registered"));
        }
        users.insert(&account, &self.password_hash)?;
        let registered = Event::UserRegistered { user: account.user.id.clone() };
        let change =
            Change::of(Self::RESOURCE, &account.user.id).after(&account).invalidate(Topic::Access).emit(registered);
        Ok(change.returning(account.user))
    }
}

/// A local user as somebody asks for one, with the password itself.
#[derive(Debug, Clone)]
pub struct NewLocalUser {
    /// An e-mail address or an E.164 phone number.
    pub identifier: String,
    /// The password they will sign in with, as it came in.
    pub password: Password,
    /// `user` when absent.
    pub role: Option<LocalRole>,
    /// Tier; default: that of the role.
    pub tier: Option<String>,
}

/// Hashes the password, then creates the user. Hashing is slow on purpose, so it waits for the caller's right to create
/// anybody, and the transaction does not wait for it.
///
/// # Errors
/// Of the permission, of [`CreateLocalUser`], and `Invalid` for a password that is too short, too long or among the most common.
pub async fn create_local_user(
    operations: &Operations,
    hasher: &dyn PasswordHasher,
    caller: &Caller,
    new: NewLocalUser,
) -> Result<LocalUser> {
    operations.authorize::<CreateLocalUser>(caller, None).await?;
    Identifier::parse(&new.identifier)?;
    let password_hash = hasher.hash(new.password.chosen_by_admin()?).await?;
    let command = CreateLocalUser { identifier: new.identifier, password_hash, role: new.role, tier: new.tier };
    Ok(operations.run(caller, command).await?.output)
}

#[cfg(test)]
#[path = "create_tests.rs"]
mod tests;
