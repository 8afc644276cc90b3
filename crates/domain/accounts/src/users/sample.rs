//! A user for tests of rules.

use aedile_kernel::mock::NOW;
use aedile_kernel::{AccountStatus, Timestamp, UserId};

use super::User;

/// An ordinary user.
pub(crate) fn sample(id: &str) -> User {
    User {
        id: UserId::parse(id).unwrap(),
        email: Some(format!("{id}@example.com")),
        email_verified: true,
        display_name: None,
        is_admin: false,
        status: AccountStatus::Active,
        api_disabled: false,
        tier: None,
        created_at: Timestamp::from_micros(NOW),
        updated_at: Timestamp::from_micros(NOW),
    }
}
