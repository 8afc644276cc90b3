//! What is in a server's database: made by the operations themselves.

use aedile_accounts::admins::PromoteAdmin;
use aedile_accounts::api_keys::{ApiKey, MintApiKey, NewApiKey, WantedApiKey};
use aedile_accounts::secrets::Secret;
use aedile_accounts::{CreateLocalUser, LocalRole, NewToken, PasswordHash, TokenIssuer};
use aedile_billing::wallets::GrantCredits;
use aedile_identity::LocalTokens;
use aedile_kernel::{Caller, MicroUsd, Permission, Runner, UserId};
use aedile_platform::flags::{CreateFlag, Rollout};
use aedile_rbac::assignments::PromoteFromConsole;
use aedile_rbac::endpoints::CreateEndpoint;
use aedile_rbac::tiers::UpdateTier;
use aedile_store::Store;
use secrecy::SecretString;

use crate::Result;

/// The key of local sign-ins.
pub(crate) const JWT_SECRET: &str = "a secret for measuring, at least 32 bytes long";
/// The operator's key.
pub(crate) const ADMIN_API_KEY: &str = "a-key-for-measuring";
/// How many flags there are.
pub(crate) const FLAGS: u32 = 100;
/// A path that an override covers.
pub(crate) const COVERED_PATH: &str = "/api/bench-25/items/42";

const TIER: &str = "bench";
const OVERRIDES: u32 = 50;
/// Nobody signs in by password here.
const NO_PASSWORD: &str = "$pbkdf2-sha256$i=600000,l=32$bm9ib2R5$bm9ib2R5";

/// Who may be asked to call.
#[derive(Debug, Clone)]
pub(crate) struct People {
    /// The token of a super-admin.
    pub(crate) admin: String,
    /// The token of a user in a tier without a limit.
    pub(crate) user: String,
}

/// Makes an admin, and a user whose tier has no limit.
pub(crate) async fn people(runner: &Runner<Store>) -> Result<People> {
    let tier = UpdateTier {
        tier_name: TIER.to_owned(),
        rate_limit: Some(0),
        display_name: Some("Bench".to_owned()),
        order_rank: Some(50),
        ..UpdateTier::default()
    };
    runner.command(&Caller::console(), tier).await?;
    let admin = add(runner, "admin@bench.example", LocalRole::Admin, None).await?;
    runner.command(&Caller::console(), PromoteFromConsole { user: admin.to_string() }).await?;
    let user = add(runner, "user@bench.example", LocalRole::User, Some(TIER)).await?;
    let tokens = LocalTokens::new(&SecretString::from(JWT_SECRET))?;
    Ok(People {
        admin: token(runner, &tokens, &admin, LocalRole::Admin, "bench-admin-session")?,
        user: token(runner, &tokens, &user, LocalRole::User, "bench-user-session")?,
    })
}

fn token(
    runner: &Runner<Store>,
    tokens: &LocalTokens,
    user: &UserId,
    role: LocalRole,
    session_id: &str,
) -> Result<String> {
    let now = runner.now();
    let expires_at = now.plus_seconds(runner.policy().sessions.lifetime_seconds);
    Ok(tokens.issue(&NewToken { user, role, session_id, now, expires_at })?)
}

/// A user with dollars to spend.
#[derive(Debug, Clone)]
pub(crate) struct Wallet {
    /// Owner of the wallet.
    pub(crate) user_id: UserId,
    /// Their address.
    pub(crate) email: String,
    /// Their token.
    pub(crate) token: String,
}

/// Makes users with more dollars than they can spend.
pub(crate) async fn wallets(runner: &Runner<Store>, count: u32) -> Result<Vec<Wallet>> {
    let tokens = LocalTokens::new(&SecretString::from(JWT_SECRET))?;
    let mut wallets = Vec::new();
    for number in 0..count {
        let email = format!("spender{number}@bench.example");
        let user_id = add(runner, &email, LocalRole::User, None).await?;
        let grant = GrantCredits { email: email.clone(), amount: MicroUsd(1_000_000_000_000), note: None };
        runner.command(&Caller::console(), grant).await?;
        let token = token(runner, &tokens, &user_id, LocalRole::User, user_id.as_str())?;
        wallets.push(Wallet { user_id, email, token });
    }
    Ok(wallets)
}

/// Makes a key that may do what admins may.
pub(crate) async fn api_key(runner: &Runner<Store>) -> Result<String> {
    let email = "owner@bench.example";
    let owner = add(runner, email, LocalRole::Admin, None).await?;
    runner.command(&Caller::console(), PromoteAdmin { user_id: owner }).await?;
    let secret = Secret::generate(ApiKey::PREFIX, runner.entropy().as_ref());
    let wanted = WantedApiKey {
        name: "bench".to_owned(),
        owner_email: Some(email.to_owned()),
        scopes: vec![Permission::AdminRead, Permission::AdminWrite],
        expires_at: None,
        description: None,
        allowed_networks: Vec::new(),
        requests_per_minute: None,
    };
    let key = NewApiKey { key_hash: secret.hash(), key_prefix: secret.prefix() };
    runner.command(&Caller::console(), MintApiKey { wanted, key }).await?;
    Ok(secret.expose().to_owned())
}

async fn add(runner: &Runner<Store>, identifier: &str, role: LocalRole, tier: Option<&str>) -> Result<UserId> {
    let user = CreateLocalUser {
        identifier: identifier.to_owned(),
        password_hash: PasswordHash::parse(NO_PASSWORD)?,
        role: Some(role),
        tier: tier.map(str::to_owned),
    };
    Ok(runner.command(&Caller::console(), user).await?.output.id)
}

/// Makes overrides, of which one covers [`COVERED_PATH`].
pub(crate) async fn overrides(runner: &Runner<Store>) -> Result<()> {
    for number in 0..OVERRIDES {
        let endpoint = CreateEndpoint {
            path_pattern: format!("/api/bench-{number}/*"),
            method: "*".to_owned(),
            required_tier: Some("pro".to_owned()),
            required_scopes: None,
            is_public: false,
            case_sensitive: false,
        };
        runner.command(&Caller::console(), endpoint).await?;
    }
    Ok(())
}

/// Makes [`FLAGS`] flags, with rollouts and targets. Returns the first one's id; the others follow.
pub(crate) async fn flags(runner: &Runner<Store>) -> Result<i64> {
    let mut first = None;
    for number in 0..FLAGS {
        let tiers: &[&str] = if number % 3 == 0 { &["pro", TIER] } else { &[] };
        let users = if number % 5 == 0 { 10 } else { 0 };
        let flag = CreateFlag {
            flag_name: format!("bench-flag-{number}"),
            enabled: number % 10 != 9,
            rollout_percentage: Rollout::from_basis_points(i64::from(number) * 100 + 50)?,
            target_tiers: tiers.iter().copied().map(str::to_owned).collect(),
            target_users: (0..users).map(|user| format!("user_{number}_{user}")).collect(),
            description: None,
        };
        let id = runner.command(&Caller::console(), flag).await?.output.id.0;
        first.get_or_insert(id);
    }
    first.ok_or_else(|| "there are no flags".into())
}
