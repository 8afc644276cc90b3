//! Local users with passwords, for tests.

use aedile_kernel::UserId;

use super::port::{KnownPassword, MockLocalPasswords};
use crate::local_users::testing::account;
use crate::passwords::PasswordHash;
use crate::sessions::Ending;

pub(super) const OLD: &str = "$a$b$c$old";
pub(super) const NEW: &str = "$a$b$c$new";

pub(super) fn hash(text: &str) -> PasswordHash {
    PasswordHash::parse(text).unwrap()
}

pub(super) fn id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub(super) fn known() -> KnownPassword {
    KnownPassword { account: account("ada"), password_hash: hash(OLD) }
}

/// A store that keeps the new password this often, and does with it what belongs to it.
pub(super) fn keeping(times: usize) -> MockLocalPasswords {
    let mut passwords = MockLocalPasswords::new();
    let is_ada = |user: &UserId| user.as_str() == "ada";
    passwords
        .expect_set_password()
        .withf(move |user, new, _| is_ada(user) && *new == hash(NEW))
        .times(times)
        .returning(|_, _, _| Ok(()));
    passwords.expect_insert_mail().withf(move |user, _, _, _| is_ada(user)).times(times).returning(|_, _, _, _| Ok(()));
    passwords.expect_void_links().withf(move |user, _| is_ada(user)).times(times).returning(|_, _| Ok(()));
    passwords
        .expect_end_sessions()
        .withf(move |user, why, _| is_ada(user) && *why == Ending::PasswordChanged)
        .times(times)
        .returning(|_, _, _| Ok(()));
    passwords
}
