//! A local user with a session, for tests.

use aedile_kernel::mock::{NOW, context};
use aedile_kernel::{Caller, Context, Credential, PermissionSet, Timestamp, UserId};

use super::app::Seed;
use super::port::KnownApp;
use crate::local_users::LocalAccount;
use crate::local_users::testing::account;
use crate::passwords::PasswordHash;

pub(super) const HASH: &str = "$a$b$c$d";

pub(super) fn id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub(super) fn seed() -> Seed {
    Seed::try_from("0".repeat(32)).unwrap()
}

pub(super) fn app(is_confirmed: bool, last_step: i64) -> KnownApp {
    let confirmed_at = is_confirmed.then(|| Timestamp::from_micros(NOW).plus_seconds(-60));
    KnownApp { seed: seed(), confirmed_at, last_step }
}

pub(super) fn known() -> (LocalAccount, PasswordHash) {
    (account("ada"), PasswordHash::parse(HASH).unwrap())
}

/// A call by `ada` from her session `session-1`.
pub(super) fn by_ada() -> Context {
    let caller = Caller::user(&id("ada"), None, Credential::LocalToken, PermissionSet::USER);
    context(Caller { session_id: Some("session-1".into()), ..caller })
}
