//! Whom an e-mail address belongs to.

use aedile_kernel::{AccountStatus, Result, UserId};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::error::DriverResult;
use crate::read;
use crate::schema::users::{local_users, users};

/// The users whom `email` belongs to, by number, at most two. An address that somebody merely claims matches nobody: the
/// identity provider must have verified it, or it must be what a local user signs in with, for which the admin vouches
/// who created them. Deleted users have no address.
pub(crate) fn owners_of_address(connection: &mut Connection, email: &str) -> Result<Vec<UserId>> {
    let signs_in_with_it = local_users::identifier.nullable().eq(email).assume_not_null();
    let ids: Vec<String> = users::table
        .left_join(local_users::table.on(local_users::user_id.eq(users::id)))
        .filter(users::sort_email.eq(email))
        .filter(users::status.ne(AccountStatus::Deleted.as_str()))
        .filter(
            users::email_verified.eq(true).or(local_users::identifier.nullable().is_not_null().and(signs_in_with_it)),
        )
        .order(users::number)
        .limit(2)
        .select(users::id)
        .load(connection)
        .db()?;
    ids.iter().map(|id| read::user_id("users", "id", id)).collect()
}
