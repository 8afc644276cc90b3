//! Every setting of the server.

mod secrets;
pub(crate) mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use aedile_api::Rates;
use aedile_artifacts::Location;
use aedile_identity::ProviderConfig;
use aedile_kernel::{GatewayDefault, InstallationKey, MicroUsd, Policy, SessionPolicy, StepUpPolicy};
use aedile_mail::MailConfig;
use aedile_mcp::Limits;
use aedile_store::Options;
use aedile_stripe::StripeConfig;
use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use secrecy::SecretString;

use crate::abuse::AbuseSettings;
use crate::retention::Retention;

/// Where the data lives.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// Database URL: sqlite:PATH or postgres://USER@HOST/DATABASE. Created and migrated at start.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite:aedile.db", hide_env_values = true, value_parser = values::database_url)]
    pub database_url: SecretUrl,

    /// Maximum number of database connections: readers on SQLite (default: cores + 2), all on PostgreSQL (default: 4 × cores
    /// + 4).
    #[arg(long, env = "AEDILE_DB_POOL", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub db_pool: Option<u32>,

    /// Maximum number of writes that share one commit (SQLite).
    #[arg(long, env = "AEDILE_WRITE_GROUP", default_value_t = 128, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub write_group: u16,
}

/// A URL that may hold a password, and does not show it.
#[derive(Clone)]
pub struct SecretUrl(pub String);

impl std::fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = self.0.split(':').next().unwrap_or_default();
        write!(f, "{scheme}:…")
    }
}

impl Database {
    /// How the store is opened.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            database_url: self.database_url.0.clone(),
            pool_size: self.db_pool,
            max_group: usize::from(self.write_group),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Every setting of `aedile serve`.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address to listen on, or a host's name with a port; port 0 picks a free one.
    #[arg(long, env = "AEDILE_BIND", default_value = "127.0.0.1:8080", value_parser = values::listening)]
    pub bind: SocketAddr,

    /// Where the data lives.
    #[command(flatten)]
    pub database: Database,

    /// redis://HOST, for several instances on one database: they share rate limits. Without it each counts for itself.
    #[arg(long, env = "REDIS_URL", hide_env_values = true, value_parser = values::redis_url)]
    pub redis_url: Option<SecretUrl>,

    /// The key of local sign-ins, at least 32 bytes. Without it local sign-in answers 503.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true, value_parser = secrets::jwt_secret)]
    pub jwt_secret: Option<SecretString>,

    /// The key that the secrets of authenticator apps are derived from, at least 32 bytes. Default: JWT_SECRET. Set it to the
    /// former JWT_SECRET when you change that, or nobody's app shows codes that fit.
    #[arg(long, env = "AEDILE_SECOND_FACTOR_KEY", hide_env_values = true, value_parser = secrets::jwt_secret)]
    pub second_factor_key: Option<SecretString>,

    /// Where the identity provider publishes its keys. Needs CLERK_ISSUER beside it.
    #[arg(long, env = "CLERK_JWKS_URL", requires = "clerk_issuer", value_parser = values::http_url)]
    pub clerk_jwks_url: Option<String>,

    /// The `iss` of the identity provider's tokens.
    #[arg(long, env = "CLERK_ISSUER", requires = "clerk_jwks_url", value_parser = NonEmptyStringValueParser::new())]
    pub clerk_issuer: Option<String>,

    /// The values of `azp` to accept, separated by commas. Empty: any.
    #[arg(long, env = "CLERK_AUTHORIZED_PARTIES", value_delimiter = ',', value_parser = values::item)]
    pub clerk_authorized_parties: Vec<String>,

    /// The secret of the identity provider's webhook, whsec_…, with which it signs what it tells of its users. Without it
    /// POST /v1/webhooks/clerk answers 503.
    #[arg(long, env = "CLERK_WEBHOOK_SECRET", hide_env_values = true, value_parser = secrets::webhook_secret)]
    pub clerk_webhook_secret: Option<SecretString>,

    /// The operator's key, at least 16 characters, which goes into the X-Admin-Key header: it opens plans and credits under
    /// /api/admin. Take 32 random characters. Without it they answer 403.
    #[arg(long, env = "ADMIN_API_KEY", hide_env_values = true, value_parser = secrets::admin_api_key)]
    pub admin_api_key: Option<SecretString>,

    /// Stripe's secret key, sk_…. Without it every call that needs payments answers 503.
    #[arg(long, env = "STRIPE_SECRET_KEY", hide_env_values = true, value_parser = secrets::stripe_key)]
    pub stripe_secret_key: Option<SecretString>,

    /// The secrets of Stripe's webhook endpoints, whsec_…, separated by commas. Without any, its webhook answers 503.
    #[arg(long, env = "STRIPE_WEBHOOK_SECRET", hide_env_values = true, value_parser = secrets::stripe_webhook_secret)]
    pub stripe_webhook_secret: Option<SecretString>,

    /// Interval at which Stripe is asked about payments and refunds whose events have not arrived, and their
    /// minimum age, in seconds.
    #[arg(long, env = "AEDILE_PAYMENTS_ASK_SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=3600))]
    pub payments_ask_seconds: u16,

    /// Where Stripe's API is, without /v1.
    #[arg(long, env = "STRIPE_API_BASE", default_value = "https://api.stripe.com", value_parser = values::base_url)]
    pub stripe_api_base: String,

    /// Marketplace fee of a sale in basis points (1500 = 15 %).
    #[arg(long, env = "AEDILE_PLATFORM_FEE_BPS", default_value_t = Policy::DEFAULT.platform_fee_bps, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub platform_fee_bps: u32,

    /// Let AI agents make changes; without it, the tools at /mcp are read-only.
    #[arg(long, env = "AEDILE_AGENTS_ALLOW_WRITE", value_parser = BoolishValueParser::new())]
    pub agents_allow_write: bool,

    /// Nouns that AI agents are offered, e.g. user,flag. Default: all.
    #[arg(long, env = "AEDILE_AGENTS_ONLY", value_delimiter = ',', value_parser = values::noun)]
    pub agents_only: Vec<String>,

    /// Maximum US dollars that a user's agents may grant, until they have been idle for an hour.
    #[arg(long, env = "AEDILE_AGENTS_MAX_GRANTED", default_value = "100", value_parser = values::dollars)]
    pub agents_max_granted: MicroUsd,

    /// Maximum number of refunds that a user's agents may issue.
    #[arg(long, env = "AEDILE_AGENTS_MAX_REFUNDS", default_value_t = 5)]
    pub agents_max_refunds: u32,

    /// Maximum number of changes that a user's agents may make.
    #[arg(long, env = "AEDILE_AGENTS_MAX_CHANGES", default_value_t = 100)]
    pub agents_max_changes: u32,

    /// Public URL of this server, for links and for redirects from Stripe. Default: http:// and AEDILE_BIND.
    #[arg(long, env = "PUBLIC_URL", value_parser = values::base_url)]
    pub public_url: Option<String>,

    /// The mail server, smtp://HOST:PORT or smtps://USER:PASSWORD@HOST. smtp:// uses STARTTLS when the server offers it;
    /// ?tls=required insists on it, ?tls=none does without. Without it mail waits, and nothing is lost. Needs EMAIL_FROM
    /// beside it.
    #[arg(long, env = "SMTP_URL", hide_env_values = true, requires = "email_from")]
    pub smtp_url: Option<SecretString>,

    /// Allow sending the mail server's password over an unencrypted connection.
    #[arg(long, env = "SMTP_ALLOW_CLEAR_PASSWORD")]
    pub smtp_allow_clear_password: bool,

    /// Sender of e-mails, e.g. Market <mail@market.example>.
    #[arg(long, env = "EMAIL_FROM")]
    pub email_from: Option<String>,

    /// Where packages of skills are kept: file:FOLDER, which is made when it is missing, or s3://BUCKET/PREFIX, whose keys,
    /// region and endpoint are read from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT.
    #[arg(long, env = "ARTIFACTS_URL", default_value = "file:./artifacts", value_parser = Location::parse)]
    pub artifacts_url: Location,

    /// Gateway decision for paths without an endpoint override: allow, or deny (403 for everybody).
    #[arg(long, env = "AEDILE_GATEWAY_DEFAULT", default_value = "allow")]
    pub gateway_default: GatewayDefault,

    /// Networks of trusted proxies, whose Forwarded and X-Forwarded-For headers are used; separated by commas, e.g.
    /// 10.0.0.0/8.
    #[arg(long, env = "TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,

    /// Networks that admin operations are open to, separated by commas. Default: all. The commands on the machine itself work
    /// from everywhere.
    #[arg(long, env = "AEDILE_ADMIN_NETWORKS", value_delimiter = ',')]
    pub admin_networks: Vec<IpNet>,

    /// Rate limit of public reads, per minute and address; 0 is unlimited.
    #[arg(long, env = "AEDILE_RATE_PUBLIC_READ", default_value_t = 60)]
    pub rate_public_read: u32,

    /// Rate limit of a signed-in user's reads, per minute; 0 is unlimited.
    #[arg(long, env = "AEDILE_RATE_AUTHENTICATED_READ", default_value_t = 10)]
    pub rate_authenticated_read: u32,

    /// Rate limit of sign-ins and users' writes, per minute; 0 is unlimited.
    #[arg(long, env = "AEDILE_RATE_WRITE", default_value_t = 20)]
    pub rate_write: u32,

    /// Rate limit of an admin's calls, per minute; 0 is unlimited.
    #[arg(long, env = "AEDILE_RATE_ADMIN", default_value_t = 600)]
    pub rate_admin: u32,

    /// Hours after which a local sign-in ends, however much it is used.
    #[arg(long, env = "AEDILE_SESSION_HOURS", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=8760))]
    pub session_hours: u16,

    /// Minutes without use after which a local sign-in ends.
    #[arg(long, env = "AEDILE_SESSION_IDLE_MINUTES", default_value_t = 120, value_parser = clap::value_parser!(u32).range(5..=525_600))]
    pub session_idle_minutes: u32,

    /// Minutes for which a proof of who somebody is counts as recent. Operations of high risk ask for a recent one.
    #[arg(long, env = "AEDILE_PROOF_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1440))]
    pub proof_minutes: u16,

    /// Refunds and grants of more than this many US dollars ask for a recent proof.
    #[arg(long, env = "AEDILE_PROOF_ABOVE_USD", default_value_t = 100)]
    pub proof_above_usd: u32,

    /// Grace period between requesting an account's deletion and the deletion, in days.
    #[arg(long, env = "AEDILE_DELETION_GRACE_DAYS", default_value_t = Policy::DEFAULT.deletion_grace_days, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub deletion_grace_days: u16,

    /// From what on the detectors of abuse raise a flag.
    #[command(flatten)]
    pub abuse: AbuseSettings,

    /// How long old records are kept.
    #[command(flatten)]
    pub retention: Retention,

    /// Threads that serve requests. Default: the number of cores.
    #[arg(long, env = "AEDILE_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,

    /// Log level or filter, e.g. info or aedile=debug.
    #[arg(long, env = "RUST_LOG", default_value = "info")]
    pub log: String,

    /// Log format. Default: pretty on a terminal, otherwise json.
    #[arg(long, env = "AEDILE_LOG_FORMAT", value_enum)]
    pub log_format: Option<LogFormat>,

    /// Fill an empty database with demo data within a minute, all or nothing, and print an admin sign-in.
    #[arg(long)]
    pub demo: bool,

    /// Write the address to this file once the server listens.
    #[arg(long, value_name = "FILE")]
    pub address_file: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn policy(&self) -> Policy {
        let &Self { deletion_grace_days, platform_fee_bps, gateway_default, .. } = self;
        let sessions = SessionPolicy {
            lifetime_seconds: i64::from(self.session_hours) * 60 * 60,
            idle_seconds: i64::from(self.session_idle_minutes) * 60,
        };
        let step_up = StepUpPolicy {
            recent_seconds: i64::from(self.proof_minutes) * 60,
            above: MicroUsd(i64::from(self.proof_above_usd) * 1_000_000),
        };
        Policy { deletion_grace_days, platform_fee_bps, gateway_default, sessions, step_up }
    }

    pub(crate) const fn rates(&self) -> Rates {
        Rates {
            public_read: self.rate_public_read,
            authenticated_read: self.rate_authenticated_read,
            write: self.rate_write,
            admin: self.rate_admin,
        }
    }

    pub(crate) fn is_behind_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    pub(crate) fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.bind))
    }

    pub(crate) fn agent_limits(&self) -> Limits {
        Limits {
            allow_write: self.agents_allow_write,
            only: self.agents_only.clone(),
            max_granted: self.agents_max_granted,
            max_refunds: self.agents_max_refunds,
            max_changes: self.agents_max_changes,
        }
    }

    pub(crate) fn stripe(&self, installation: &InstallationKey) -> Option<StripeConfig> {
        let secret_key = self.stripe_secret_key.clone()?;
        let (api_base, public_url) = (self.stripe_api_base.clone(), self.public_url());
        Some(StripeConfig { secret_key, api_base, public_url, installation: installation.installation_id() })
    }

    pub(crate) fn mail(&self) -> Option<MailConfig> {
        let (smtp_url, from) = self.smtp_url.clone().zip(self.email_from.clone())?;
        let allow_clear_password = self.smtp_allow_clear_password;
        Some(MailConfig { smtp_url, allow_clear_password, from, public_url: self.public_url() })
    }

    pub(crate) fn provider(&self) -> Option<ProviderConfig> {
        let authorized_parties =
            self.clerk_authorized_parties.iter().filter(|party| !party.is_empty()).cloned().collect();
        let (jwks_url, issuer) = self.clerk_jwks_url.clone().zip(self.clerk_issuer.clone())?;
        Some(ProviderConfig { jwks_url, issuer, authorized_parties })
    }
}
