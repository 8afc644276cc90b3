//! A flag for tests.

use aedile_kernel::Timestamp;
use aedile_kernel::mock::NOW;

use super::{Flag, FlagId, NewFlag, Rollout};

pub(super) fn flag(flag_name: &str) -> Flag {
    let made = Timestamp::from_micros(NOW).plus_seconds(-60);
    Flag {
        id: FlagId(1),
        flag_name: flag_name.into(),
        enabled: true,
        rollout_percentage: Rollout::FULL,
        target_tiers: Vec::new(),
        target_users: Vec::new(),
        description: Some("New parser".into()),
        created_by: "user_2abc123".into(),
        created_at: made,
        updated_at: made,
    }
}

/// What a store does with a new flag.
pub(super) fn stored(new: &NewFlag) -> Flag {
    Flag {
        id: FlagId(7),
        flag_name: new.flag_name.clone(),
        enabled: new.enabled,
        rollout_percentage: new.rollout_percentage,
        target_tiers: new.target_tiers.clone(),
        target_users: new.target_users.clone(),
        description: new.description.clone(),
        created_by: new.created_by.clone(),
        created_at: new.created_at,
        updated_at: new.created_at,
    }
}
