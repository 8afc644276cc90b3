//! From what on the detectors of abuse raise a flag.

use aedile_moderation::detectors::{Burst, Thresholds};
use clap::Args;

/// Thresholds of the detectors of abuse.
#[derive(Debug, Clone, Args)]
pub struct AbuseSettings {
    /// Number of reviews of one seller's skills within AEDILE_ABUSE_REVIEW_BURST_MINUTES that raises an abuse flag.
    #[arg(long, env = "AEDILE_ABUSE_REVIEW_BURST", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub abuse_review_burst: u32,

    /// Time window of AEDILE_ABUSE_REVIEW_BURST, in minutes.
    #[arg(long, env = "AEDILE_ABUSE_REVIEW_BURST_MINUTES", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..))]
    pub abuse_review_burst_minutes: u16,

    /// Number of purchases by one buyer from one seller within AEDILE_ABUSE_BUYER_SELLER_BURST_MINUTES that
    /// raises an abuse flag.
    #[arg(long, env = "AEDILE_ABUSE_BUYER_SELLER_BURST", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub abuse_buyer_seller_burst: u32,

    /// Time window of AEDILE_ABUSE_BUYER_SELLER_BURST, in minutes.
    #[arg(long, env = "AEDILE_ABUSE_BUYER_SELLER_BURST_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub abuse_buyer_seller_burst_minutes: u16,

    /// Number of refunds of one buyer within AEDILE_ABUSE_REFUND_BURST_HOURS that raises an abuse flag.
    #[arg(long, env = "AEDILE_ABUSE_REFUND_BURST", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub abuse_refund_burst: u32,

    /// Time window of AEDILE_ABUSE_REFUND_BURST, in hours.
    #[arg(long, env = "AEDILE_ABUSE_REFUND_BURST_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u16).range(1..))]
    pub abuse_refund_burst_hours: u16,
}

impl AbuseSettings {
    pub(crate) fn thresholds(&self) -> Thresholds {
        const MINUTE: i64 = 60;
        let burst = |count: u32, times: u16, unit: i64| Burst { count: count.into(), seconds: i64::from(times) * unit };
        Thresholds {
            buyer_seller_burst: burst(self.abuse_buyer_seller_burst, self.abuse_buyer_seller_burst_minutes, MINUTE),
            refund_burst: burst(self.abuse_refund_burst, self.abuse_refund_burst_hours, 60 * MINUTE),
            review_burst: burst(self.abuse_review_burst, self.abuse_review_burst_minutes, MINUTE),
        }
    }
}
