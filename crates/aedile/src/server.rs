//! Wires the parts together, starts them, and stops them in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::{HttpServer, web};
use aedile_accounts::impersonation::ImpersonationService;
use aedile_accounts::invitations::InvitationService;
use aedile_accounts::password_changes::PasswordService;
use aedile_accounts::second_factor::{AuthenticatorApps, SecondFactorService};
use aedile_accounts::{ProviderEventReader, SignIn, SignInThrottle, SignsIn, TokenIssuer};
use aedile_api::{
    AdminKey, AdminNetworks, App, Dependencies, Environment, HotReads, Readiness, TrustedProxies, guarded,
};
use aedile_artifacts::{Artifacts, ZipInspector};
use aedile_audit::chain::AuditChain;
use aedile_billing::payments::{PaymentEventReader, Payments};
use aedile_catalog::packages::DownloadMeter;
use aedile_identity::{
    DerivedApps, LocalTokens, Pbkdf2Hasher, ProviderTokens, ProviderWebhooks, SystemEntropy, Tokens,
};
use aedile_kernel::rate::RateLimiter;
use aedile_kernel::{Error, InstallationKey, Result, Runner, Timestamp, UnitOfWork, View};
use aedile_limits::{LocalLimiter, MemorySignInThrottle, RedisLimiter};
use aedile_platform::usage::UsageMeter;
use aedile_store::Store;
use aedile_stripe::{StripePayments, StripeWebhooks};
use async_trait::async_trait;
use secrecy::ExposeSecret;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::settings::Settings;
use crate::workers::Workers;
use crate::{operations, telemetry};

/// What is counted in memory, and written down by workers.
#[derive(Clone, Default)]
pub(crate) struct Meters {
    pub(crate) usage: Arc<UsageMeter>,
    pub(crate) downloads: Arc<DownloadMeter>,
}

/// How long requests may take to finish once the server is told to stop.
const GRACE_SECONDS: u64 = 8;
/// How long stopping takes at most, whatever hangs.
const STOP_WITHIN: Duration = Duration::from_secs(9);
/// What of it workers may take.
const WORKERS_WITHIN: Duration = Duration::from_secs(5);
/// What of it is left for closing the store.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);
/// How long a client may take from its connection to the end of its first headers. A client on a busy machine may connect and
/// be slow to send.
const HEADERS_WITHIN: Duration = Duration::from_secs(30);
/// How long we read and drop what a client still sends after it was refused, so that it sees the answer and no reset.
const LINGER: Duration = Duration::from_secs(20);
/// How long a connection may wait for its next request. Clients and proxies keep theirs for 60 to 120 s; whoever closes first
/// should be they, or a request meets the end of its connection.
const KEEP_ALIVE: Duration = Duration::from_secs(130);

/// A server at work.
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    served: JoinHandle<io::Result<()>>,
    workers: Workers,
    runner: Arc<Runner<Store>>,
    issuer: Option<Arc<LocalTokens>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The runner behind the entry points.
    #[must_use]
    pub const fn runner(&self) -> &Arc<Runner<Store>> {
        &self.runner
    }

    pub(crate) const fn issuer(&self) -> Option<&Arc<LocalTokens>> {
        self.issuer.as_ref()
    }

    /// Accepts no more, finishes what runs, and writes down what was counted. Whatever hangs is left alone in time: this
    /// ends within 10 s.
    pub async fn stop(self) {
        let started = Instant::now();
        let left = || STOP_WITHIN.saturating_sub(started.elapsed());
        let served = async {
            self.handle.stop(true).await;
            self.served.await.ok();
        };
        in_time("requests", left().saturating_sub(CLOSE_WITHIN * 2), served).await;
        self.workers.stop(left().saturating_sub(CLOSE_WITHIN).min(WORKERS_WITHIN)).await;
        in_time("the store", left(), self.runner.store().close()).await;
        tracing::info!("stopped");
    }
}

async fn in_time(what: &'static str, limit: Duration, ends: impl Future<Output = ()>) {
    if timeout(limit, ends).await.is_err() {
        tracing::warn!(what, "did not end in time");
    }
}

/// Opens the database, starts the workers and begins to listen.
///
/// # Errors
/// When the database can't be opened, a setting does not fit, or the address is taken.
pub async fn start(settings: &Settings) -> Result<Running> {
    keep_to_small_pages();
    let store = Store::open(settings.database.options(), Arc::new(SystemEntropy)).await?;
    let runner = operations::runner(store.clone(), settings.policy())
        .with_watcher(aedile_moderation::watch(settings.abuse.thresholds()));
    let runner = Arc::new(runner);
    let issuer = local_tokens(settings)?.map(Arc::new);
    let meters = Meters::default();
    let parts = dependencies(settings, &runner, issuer.clone(), meters.clone()).await?;
    let app = web::Data::new(aedile_api::app(parts));
    let (address, server) = listen(settings, &app)
        .map_err(|error| Error::Unavailable { what: "the address AEDILE_BIND", source: Some(error.into()) })?;
    let handle = server.handle();
    let served = tokio::spawn(server);
    let workers = Workers::start(settings, &runner, meters)?;
    tracing::info!(%address, "listening");
    Ok(Running { address, handle, served, workers, runner, issuer })
}

/// With huge pages each thread that begins to work takes 2 MiB at a time for what may be 20 KiB.
fn keep_to_small_pages() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "huge pages stay on");
    }
}

fn listen(settings: &Settings, app: &web::Data<App>) -> io::Result<(SocketAddr, actix_web::dev::Server)> {
    let app = app.clone();
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let server = HttpServer::new(move || guarded(app.clone()))
        .workers(settings.workers.map_or(cores, usize::from))
        .shutdown_timeout(GRACE_SECONDS)
        .client_request_timeout(HEADERS_WITHIN)
        .client_disconnect_timeout(LINGER)
        .keep_alive(KEEP_ALIVE)
        .disable_signals()
        .bind(settings.bind)?;
    let address = server.addrs().first().copied().unwrap_or(settings.bind);
    Ok((address, server.run()))
}

async fn dependencies(
    settings: &Settings,
    runner: &Arc<Runner<Store>>,
    issuer: Option<Arc<LocalTokens>>,
    meters: Meters,
) -> Result<Dependencies> {
    let clock = runner.clock();
    let provider = settings.provider().map(|config| ProviderTokens::new(config, Arc::clone(clock))).transpose()?;
    let hasher = Arc::new(Pbkdf2Hasher::new(Arc::clone(runner.entropy())));
    let throttle: Arc<dyn SignInThrottle> = Arc::new(MemorySignInThrottle::new());
    let issuer = issuer.map(|issuer| -> Arc<dyn TokenIssuer> { issuer });
    let impersonations = ImpersonationService::new(Arc::clone(runner), issuer.clone());
    let sign_in: Arc<dyn SignsIn> =
        Arc::new(SignIn::new(Runner::clone(runner), hasher.clone(), Arc::clone(&throttle), issuer));
    let second_factors =
        SecondFactorService::new(Arc::clone(runner), authenticator_apps(settings), throttle, Arc::clone(&sign_in));
    let passwords = PasswordService::new(Arc::clone(runner), hasher.clone(), Arc::clone(&sign_in));
    let hot_reads: Arc<dyn HotReads> = Arc::new(runner.store().clone());
    Ok(Dependencies {
        operations: operations::bind(runner),
        hot_reads,
        clock: Arc::clone(clock),
        entropy: Arc::clone(runner.entropy()),
        epochs: Arc::clone(runner.epochs()),
        installation_key: runner.store().installation_key().clone(),
        verifier: Arc::new(Tokens::new(provider, local_tokens(settings)?, Arc::clone(clock))),
        provisions: Arc::<Runner<Store>>::clone(runner),
        sessions: Arc::<Runner<Store>>::clone(runner),
        sign_in,
        passwords: Arc::new(passwords),
        impersonations: Arc::new(impersonations),
        invitations: Arc::new(InvitationService::new(Arc::clone(runner), hasher.clone())),
        second_factors: Arc::new(second_factors),
        public_url: settings.public_url(),
        cli_tokens: Arc::<Runner<Store>>::clone(runner),
        api_keys: Arc::<Runner<Store>>::clone(runner),
        admin_key: settings.admin_api_key.as_ref().map(|key| AdminKey::new(key.expose_secret())),
        cli_sign_in: Arc::<Runner<Store>>::clone(runner),
        provider_event_reader: provider_event_reader(settings)?,
        provider_events: Arc::<Runner<Store>>::clone(runner),
        payments: payments(settings, runner.store().installation_key())?,
        payment_event_reader: payment_event_reader(settings),
        policy: settings.policy(),
        is_behind_https: settings.is_behind_https(),
        agent_limits: settings.agent_limits(),
        environment: environment(settings, clock.now()),
        hasher,
        limiter: limiter(settings).await?,
        rates: settings.rates(),
        admin_networks: AdminNetworks::new(settings.admin_networks.clone()),
        trusted_proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
        usage: meters.usage,
        inspector: Arc::new(ZipInspector::new()),
        artifacts: Arc::new(Artifacts::open(&settings.artifacts_url)?),
        downloads: meters.downloads,
        readiness: Arc::new(StoreAnswers(runner.store().clone())),
        metrics: telemetry::metrics(),
    })
}

fn environment(settings: &Settings, started_at: Timestamp) -> Environment {
    let is_sqlite = settings.database.database_url.0.starts_with("sqlite:");
    Environment {
        version: env!("CARGO_PKG_VERSION"),
        database: if is_sqlite { "SQLite" } else { "PostgreSQL" },
        started_at,
        has_local_sign_in: settings.jwt_secret.is_some(),
        has_identity_provider: settings.provider().is_some(),
        has_mail: settings.mail().is_some(),
        has_redis: settings.redis_url.is_some(),
    }
}

fn local_tokens(settings: &Settings) -> Result<Option<LocalTokens>> {
    settings.jwt_secret.as_ref().map(LocalTokens::new).transpose()
}

/// Apps whose secrets are derived from the key for them, or else from that of local sign-ins.
fn authenticator_apps(settings: &Settings) -> Option<Arc<dyn AuthenticatorApps>> {
    let secret = settings.jwt_secret.as_ref()?;
    let key = settings.second_factor_key.as_ref().unwrap_or(secret);
    let url = settings.public_url();
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next()).unwrap_or_default();
    Some(Arc::new(DerivedApps::new(key, &format!("Aedile ({host})"))))
}

fn provider_event_reader(settings: &Settings) -> Result<Option<Arc<dyn ProviderEventReader>>> {
    let reader = settings.clerk_webhook_secret.as_ref().map(ProviderWebhooks::new).transpose()?;
    Ok(reader.map(|reader| -> Arc<dyn ProviderEventReader> { Arc::new(reader) }))
}

pub(crate) fn payments(settings: &Settings, installation: &InstallationKey) -> Result<Option<Arc<dyn Payments>>> {
    let Some(config) = settings.stripe(installation) else { return Ok(None) };
    Ok(Some(Arc::new(StripePayments::new(config)?)))
}

fn payment_event_reader(settings: &Settings) -> Option<Arc<dyn PaymentEventReader>> {
    let secret = settings.stripe_webhook_secret.as_ref()?;
    Some(Arc::new(StripeWebhooks::new(secret)))
}

async fn limiter(settings: &Settings) -> Result<Arc<dyn RateLimiter>> {
    let local = Arc::new(LocalLimiter::new());
    local.keep_tidy();
    Ok(match &settings.redis_url {
        Some(url) => Arc::new(RedisLimiter::connect(&url.0, local).await?),
        None => local,
    })
}

/// Ready is who can read from the store.
struct StoreAnswers(Store);

#[async_trait]
impl Readiness for StoreAnswers {
    async fn check(&self) -> Result<()> {
        self.0.read(|connection| View::<dyn AuditChain>::view(connection).newest_seal().map(drop)).await
    }
}
