//! What an installation's settings decide for rules.

/// Values that belong to the server: no input names them, so no caller can choose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The days between a request to delete one's account and its deletion.
    pub deletion_grace_days: u16,
    /// The marketplace's share of a sale, in ten-thousandths.
    pub platform_fee_bps: u32,
}

impl Policy {
    /// What holds where nothing is set.
    pub const DEFAULT: Self = Self { deletion_grace_days: 30, platform_fee_bps: 1_500 };
}
