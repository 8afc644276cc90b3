//! What every handler can reach.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aedile_accounts::api_keys::RecognizesApiKeys;
use aedile_accounts::impersonation::Impersonates;
use aedile_accounts::invitations::AcceptsInvitations;
use aedile_accounts::password_changes::ChangesPasswords;
use aedile_accounts::second_factor::ProvesIdentity;
use aedile_accounts::sessions::ChecksSessions;
use aedile_accounts::{
    PasswordHasher, ProviderEventReader, ProvisionsUsers, RecognizesCliTokens, SignsCliIn, SignsIn,
    TakesProviderEvents, TokenVerifier,
};
use aedile_billing::payments::{PaymentEventReader, Payments};
use aedile_catalog::packages::{ArtifactStore, DownloadMeter, PackageInspector};
use aedile_kernel::rate::RateLimiter;
use aedile_kernel::{
    Clock, Entropy, Epochs, Error, InstallationKey, Operations, Policy, Result, Timestamp, Topic, UserId,
};
use aedile_mcp::{Limits as AgentLimits, Session as AgentSession};
use aedile_platform::announcements::Announcement;
use aedile_platform::flags::FlagSet;
use aedile_platform::usage::UsageMeter;
use aedile_rbac::gateway::GatewayRules;
use aedile_rbac::principal::Principal;
use metrics_exporter_prometheus::PrometheusHandle;
use moka::sync::Cache;

use crate::admin_key::AdminKey;
use crate::cache::{Cached, CachedByUser};
use crate::client_address::{AdminNetworks, TrustedProxies};
use crate::environment::Environment;
use crate::hot_reads::HotReads;
use crate::limits::Rates;
use crate::openapi::Documents;
use crate::readiness::Readiness;
use crate::upload::Uploads;
use crate::voucher_guesses::VoucherGuesses;

/// What the binary hands to the api.
pub struct Dependencies {
    /// Knows local sessions and their end.
    pub sessions: Arc<dyn ChecksSessions>,
    /// Lets admins act as users.
    pub impersonations: Arc<dyn Impersonates>,
    /// Accepts invitations.
    pub invitations: Arc<dyn AcceptsInvitations>,
    /// Every operation.
    pub operations: Operations,
    /// The facts that hot paths read past the operations.
    pub hot_reads: Arc<dyn HotReads>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// The counts by which caches know what is stale.
    pub epochs: Arc<Epochs>,
    /// Makes cursors tamper-evident.
    pub installation_key: InstallationKey,
    /// Checks bearer tokens.
    pub verifier: Arc<dyn TokenVerifier>,
    /// Writes users of the identity provider down.
    pub provisions: Arc<dyn ProvisionsUsers>,
    /// Signs local users in.
    pub sign_in: Arc<dyn SignsIn>,
    /// Changes their passwords.
    pub passwords: Arc<dyn ChangesPasswords>,
    /// Proves who local users are, with their second factors.
    pub second_factors: Arc<dyn ProvesIdentity>,
    /// URL of this server in links.
    pub public_url: String,
    /// Knows tokens of the command line.
    pub cli_tokens: Arc<dyn RecognizesCliTokens>,
    /// Knows API keys.
    pub api_keys: Arc<dyn RecognizesApiKeys>,
    /// The operator's key; without it nobody has one.
    pub admin_key: Option<AdminKey>,
    /// Signs command lines in by way of a browser.
    pub cli_sign_in: Arc<dyn SignsCliIn>,
    /// Checks and reads the identity provider's events; `None` when they are not expected.
    pub provider_event_reader: Option<Arc<dyn ProviderEventReader>>,
    /// Does what they ask for.
    pub provider_events: Arc<dyn TakesProviderEvents>,
    /// The payment provider; `None` where none is set up.
    pub payments: Option<Arc<dyn Payments>>,
    /// Checks and reads its events; `None` when they are not expected.
    pub payment_event_reader: Option<Arc<dyn PaymentEventReader>>,
    /// What the settings decide for rules, to be shown.
    pub policy: Policy,
    /// Whether browsers reach this server by HTTPS, so that cookies need not go another way.
    pub is_behind_https: bool,
    /// What AI agents may do.
    pub agent_limits: AgentLimits,
    /// What it runs in.
    pub environment: Environment,
    /// Hashes passwords away from the request threads.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Counts requests.
    pub limiter: Arc<dyn RateLimiter>,
    /// How often each class of route may be called.
    pub rates: Rates,
    /// The networks that admin operations are open to.
    pub admin_networks: AdminNetworks,
    /// The proxies whose word on the client's address is believed.
    pub trusted_proxies: TrustedProxies,
    /// Counts the gateway's decisions.
    pub usage: Arc<UsageMeter>,
    /// Looks into packages before they are taken.
    pub inspector: Arc<dyn PackageInspector>,
    /// Keeps packages.
    pub artifacts: Arc<dyn ArtifactStore>,
    /// Counts downloads.
    pub downloads: Arc<DownloadMeter>,
    /// Whether the server can do its work.
    pub readiness: Arc<dyn Readiness>,
    /// The metrics to show.
    pub metrics: PrometheusHandle,
}

/// What every handler can reach: the dependencies, and caches of what they read most.
pub struct App {
    pub(crate) dependencies: Dependencies,
    /// Made when they are first asked for.
    pub(crate) documents: &'static LazyLock<Documents>,
    pub(crate) uploads: Uploads,
    pub(crate) voucher_guesses: VoucherGuesses,
    principals: CachedByUser<Principal>,
    rules: Cached<GatewayRules>,
    flags: Cached<FlagSet>,
    announcements: Cached<Vec<Announcement>>,
    agent_sessions: Cache<String, Arc<AgentSession>>,
}

/// How long an agent's session lasts after its last call.
const AGENT_SESSION: Duration = Duration::from_secs(3600);
/// The most sessions of agents at a time.
const MOST_AGENT_SESSIONS: u64 = 10_000;

impl App {
    /// An app over its dependencies.
    #[must_use]
    pub(crate) fn new(dependencies: Dependencies, documents: &'static LazyLock<Documents>) -> Self {
        Self {
            principals: CachedByUser::new(Topic::Access),
            rules: Cached::new(Topic::Rules),
            flags: Cached::new(Topic::Flags),
            announcements: Cached::new(Topic::Announcements),
            agent_sessions: Cache::builder().time_to_idle(AGENT_SESSION).max_capacity(MOST_AGENT_SESSIONS).build(),
            uploads: Uploads::default(),
            voucher_guesses: VoucherGuesses::default(),
            dependencies,
            documents,
        }
    }

    /// What is remembered of an agent's owner; forgotten when nothing was asked for an hour.
    pub(crate) fn agent_session(&self, bucket: &str) -> Arc<AgentSession> {
        let new = || Arc::new(AgentSession::new(Arc::clone(&self.dependencies.entropy)));
        self.agent_sessions.get_with(bucket.to_owned(), new)
    }

    /// The payment provider, where one is set up.
    pub(crate) fn payments(&self) -> Result<Arc<dyn Payments>> {
        const UNSET: Error = Error::Unavailable { what: "payment", source: None };
        self.dependencies.payments.clone().ok_or(UNSET)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.dependencies.clock.now()
    }

    /// What is known of a user; `None` when nothing is.
    pub(crate) async fn principal(&self, user: &UserId) -> Result<Option<Arc<Principal>>> {
        let load = || self.dependencies.hot_reads.principal(user);
        self.principals.get(user, &self.dependencies.epochs, self.now(), load).await
    }

    /// What the gateway decides by.
    pub(crate) async fn rules(&self) -> Result<Arc<GatewayRules>> {
        self.rules
            .get(&self.dependencies.epochs, self.now(), || {
                self.dependencies.hot_reads.gateway_rules(self.dependencies.policy.gateway_default)
            })
            .await
    }

    /// All flags.
    pub(crate) async fn flags(&self) -> Result<Arc<FlagSet>> {
        self.flags.get(&self.dependencies.epochs, self.now(), || self.dependencies.hot_reads.flags()).await
    }

    /// The announcements that may show now or later; each caller asks which of them do.
    pub(crate) async fn announcements(&self) -> Result<Arc<Vec<Announcement>>> {
        self.announcements
            .get(&self.dependencies.epochs, self.now(), || self.dependencies.hot_reads.announcements(self.now()))
            .await
    }
}
