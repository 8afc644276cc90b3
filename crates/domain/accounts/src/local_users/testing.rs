//! People for the tests of this folder.

use aedile_kernel::mock::NOW;
use aedile_kernel::{Administrator, Administrators, Timestamp, UserId};

use super::{IdentifierType, LocalAccount, LocalRole, LocalUser};

/// An ordinary local user.
pub(crate) fn account(name: &str) -> LocalAccount {
    let then = Timestamp::from_micros(NOW - 1_000_000);
    LocalAccount {
        user: LocalUser {
            id: id(name),
            identifier: format!("{name}@example.com"),
            identifier_type: IdentifierType::Email,
            role: LocalRole::User,
            tier: "free".into(),
            api_disabled: false,
            must_change_password: false,
            created_at: then,
            updated_at: then,
        },
        explicit_tier: None,
    }
}

/// A local user with the role admin.
pub(crate) fn admin(name: &str) -> LocalAccount {
    account(name).with(LocalRole::Admin, None)
}

pub(crate) fn id(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

/// These, all can_act, as local admins.
pub(crate) fn local_admins(names: &[&str]) -> Administrators {
    let local = names.iter().map(|name| Administrator { user: id(name), can_act: true }).collect();
    Administrators { local, ..Administrators::default() }
}
