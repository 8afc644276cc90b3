//! How long what is no longer needed is kept.

use aedile_store::Prunable;
use clap::Args;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// How long each kind of record is kept. Older ones are removed hourly. The audit log and the ledger are kept for ever.
#[derive(Debug, Clone, Args)]
pub struct Retention {
    /// Hours for which the response to a request with an Idempotency-Key is kept and replayed.
    #[arg(long, env = "AEDILE_KEEP_REPLIES_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(24..=8760))]
    pub keep_replies_hours: u32,

    /// Days for which processed events of the identity provider and of Stripe are kept, so that each is applied once.
    /// Stripe's can be replayed for 30 days.
    #[arg(long, env = "AEDILE_KEEP_EVENTS_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(31..=3650))]
    pub keep_events_days: u32,

    /// Days for which sent mail is kept, except that of campaigns.
    #[arg(long, env = "AEDILE_KEEP_SENT_MAIL_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_sent_mail_days: u32,

    /// Days for which the sent mail of campaigns is kept. Their figures are kept forever; the unsubscribe links of older mail
    /// no longer work.
    #[arg(long, env = "AEDILE_KEEP_CAMPAIGN_MAIL_DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(60..=3650))]
    pub keep_campaign_mail_days: u32,

    /// Hours for which codes of aedile login are kept after they expired.
    #[arg(long, env = "AEDILE_KEEP_CLI_CODES_HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub keep_cli_codes_hours: u32,

    /// Days for which tokens of the command line are kept after they expired or were revoked.
    #[arg(long, env = "AEDILE_KEEP_CLI_TOKENS_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_cli_tokens_days: u32,

    /// Days for which it is kept who acted as which user; the audit log keeps it forever.
    #[arg(long, env = "AEDILE_KEEP_IMPERSONATIONS_DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_impersonations_days: u32,

    /// Days for which invitations are kept after their link ended; the audit log keeps them forever.
    #[arg(long, env = "AEDILE_KEEP_INVITATIONS_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_invitations_days: u32,

    /// Days after which undeliverable outbox messages are dropped.
    #[arg(long, env = "AEDILE_KEEP_OUTBOX_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_outbox_days: u32,

    /// Days for which usage by day and route is kept; totals are kept forever.
    #[arg(long, env = "AEDILE_KEEP_USAGE_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_usage_days: u32,

    /// Days for which IP addresses and user agents of audited requests are kept.
    #[arg(long, env = "AEDILE_KEEP_AUDIT_ORIGINS_DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_audit_origins_days: u32,
}

impl Retention {
    pub(crate) fn seconds(&self, what: Prunable) -> i64 {
        let (number, unit) = match what {
            Prunable::Replies => (self.keep_replies_hours, HOUR),
            Prunable::Events => (self.keep_events_days, DAY),
            Prunable::SentMail => (self.keep_sent_mail_days, DAY),
            Prunable::CampaignMail => (self.keep_campaign_mail_days, DAY),
            Prunable::CliCodes => (self.keep_cli_codes_hours, HOUR),
            Prunable::CliTokens => (self.keep_cli_tokens_days, DAY),
            // Longer than the leeway that tokens are given after their end.
            Prunable::Sessions => (1, HOUR),
            Prunable::Impersonations => (self.keep_impersonations_days, DAY),
            Prunable::Invitations => (self.keep_invitations_days, DAY),
            Prunable::Outbox => (self.keep_outbox_days, DAY),
            Prunable::Usage => (self.keep_usage_days, DAY),
            Prunable::AuditOrigins => (self.keep_audit_origins_days, DAY),
        };
        i64::from(number) * unit
    }
}
