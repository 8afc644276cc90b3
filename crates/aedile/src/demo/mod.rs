//! A demo that is made in an empty database, by the operations themselves.

mod clock;
mod mail;
mod marketplace;
mod money;
mod stage;
mod suspicious;

use std::sync::Arc;
use std::time::Instant;

use aedile_accounts::api_keys::{WantedApiKey, mint_api_key};
use aedile_accounts::secrets::Secret;
use aedile_accounts::tokens::{NewToken, new_session_id};
use aedile_accounts::{
    CreateLocalUser, ListLocalUsers, LocalRole, Password, PasswordHash, PasswordHasher, TokenIssuer,
};
use aedile_audit::trail::ListAudit;
use aedile_fake_stripe::FakeStripe;
use aedile_identity::{Pbkdf2Hasher, SystemEntropy};
use aedile_kernel::digest::hex;
use aedile_kernel::registry::Mode;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, Error, PageRequest, Permission, Result, Runner, UserId};
use aedile_rbac::assignments::{AssignRole, PromoteFromConsole};
use aedile_reporting::directory::ListUsers;
use aedile_store::Store;
use secrecy::ExposeSecret;
use serde_json::Value;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use crate::commands::print;
use crate::server::Running;
use crate::settings::Settings;
use stage::Stage;

const ADMIN: &str = "admin@demo.example";
const SUPPORT: &str = "donald@demo.example";
const STEPS: &str = include_str!("control.json");
/// Identifier, tier, role of the admin area.
const PEOPLE: [(&str, Option<&str>, Option<&str>); 8] = [
    ("ada@demo.example", Some("pro"), None),
    ("grace@demo.example", Some("pro"), None),
    ("edsger@demo.example", None, None),
    ("barbara@demo.example", None, None),
    ("+4915112345678", None, None),
    ("linus@demo.example", Some("free"), None),
    ("margaret@demo.example", None, Some("flag-manager")),
    (SUPPORT, None, Some("support")),
];

/// What became of the demo.
pub(crate) enum Demo {
    /// It was made now.
    Made { admin: UserId },
    /// It was made before.
    Present { admin: UserId },
    /// The database holds something else.
    Refused,
}

/// Makes the demo in an empty database, before anybody is served. It is one transaction: when this is cut off, however,
/// nothing of it stays, and the next start begins anew. A database that holds anything is left as it is.
///
/// # Errors
/// When the demo can't be made; nothing of it stays then.
pub(crate) async fn make(settings: &Settings, stripe: Option<Arc<FakeStripe>>) -> Result<Demo> {
    let store = Store::open_whole(settings.database.options(), Arc::new(SystemEntropy)).await?;
    let stage = Stage::of(store, settings, stripe)?;
    if !is_empty(&stage.runner).await? {
        let known = stage.runner.query(&Caller::console(), ListLocalUsers { page: PageRequest::first() }).await?;
        let admin = known.items.into_iter().find(|user| user.identifier == ADMIN);
        return Ok(admin.map_or(Demo::Refused, |admin| Demo::Present { admin: admin.id }));
    }
    let started = Instant::now();
    tell(
        "The database is empty. The demo is made now; that takes up to a minute, and if it is cut off nothing of it stays",
    );
    // A thousand lines about it would push the rest of the log away.
    let admin = fill(&stage).with_subscriber(NoSubscriber::default()).await?;
    stage.runner.store().commit_whole().await?;
    tell(format_args!("The demo is made, in {:.1} s", started.elapsed().as_secs_f32()));
    Ok(Demo::Made { admin })
}

/// Whether nobody has signed in yet and nothing was changed.
async fn is_empty(runner: &Runner<Store>) -> Result<bool> {
    let caller = Caller::console();
    let users = runner.query(&caller, ListUsers { page: PageRequest::first(), ..ListUsers::default() }).await?;
    let changes = runner.query(&caller, ListAudit { page: PageRequest::first(), ..ListAudit::default() }).await?;
    Ok(users.items.is_empty() && changes.items.is_empty())
}

/// Says where the demo is served, and how to get in.
pub(crate) fn announce(server: &Running, settings: &Settings, stripe: Option<&FakeStripe>, demo: &Demo) -> Result<()> {
    let address = server.address();
    tell(format_args!("Aedile listens on http://{address}"));
    tell(format_args!("Dashboard: http://{address}/dashboard"));
    if let Some(key) = &settings.admin_api_key {
        tell(format_args!("Operator's key (X-Admin-Key), until it stops: {}", key.expose_secret()));
    }
    if let Some(stripe) = stripe {
        stripe.deliver_to(format!("http://{address}/v1/webhooks/stripe"));
        tell(format_args!("Payments go to a simulated Stripe at {}, until it stops; no money moves", stripe.url()));
    }
    match demo {
        Demo::Made { admin } => announce_token(server, admin),
        Demo::Present { admin } => {
            tell(format_args!(
                "The demo was made before: the admin is {ADMIN}, with the password that was printed then"
            ));
            announce_token(server, admin)
        }
        Demo::Refused => {
            tell(
                "No demo was made: the database holds data already. Set DATABASE_URL to an empty one, such as sqlite:demo.db",
            );
            Ok(())
        }
    }
}

/// Says something to whoever started the server, which goes on whether they hear it or not.
fn tell(line: impl std::fmt::Display) {
    print(line).ok();
}

fn announce_token(server: &Running, admin: &UserId) -> Result<()> {
    let Some(issuer) = server.issuer() else { return Ok(()) };
    let (session_id, now) = (new_session_id(server.runner().entropy().as_ref()), server.runner().now());
    let expires_at = now.plus_seconds(server.runner().policy().sessions.lifetime_seconds);
    let new = NewToken { user: admin, role: LocalRole::Admin, session_id: &session_id, now, expires_at };
    let token = issuer.issue(&new)?;
    tell(format_args!(
        "Try: curl -H 'Authorization: Bearer {token}' http://{}/admin/system/my-context",
        server.address()
    ));
    Ok(())
}

/// Everything there is to see. The sign-in is printed before anything is kept: a demo without a password is of no use.
async fn fill(stage: &Stage) -> Result<UserId> {
    let password = hex(&random_bytes::<9>(stage.runner.entropy().as_ref()));
    step(1, "staff and settings");
    let (admin, caller) = staff(stage, &password).await?;
    step(2, "sellers, skills and users, of whom many buy");
    marketplace::fill(stage, &caller).await?;
    step(3, "buyers who look suspicious");
    suspicious::fill(stage, &caller).await?;
    step(4, "plans, wallets and vouchers");
    money::fill(stage, &caller).await?;
    step(5, "mail");
    mail::fill(stage, &caller).await?;
    step(6, "an API key");
    let key = key(stage, &caller).await?;
    tell(format_args!("Demo admin: {ADMIN}, password: {password}"));
    tell(format_args!(
        "A support agent, who refunds and holds without being an admin: {SUPPORT}, with the same password"
    ));
    tell(format_args!("API key: {}", key.expose()));
    Ok(admin)
}

fn step(number: u8, what: &str) {
    tell(format_args!("  {number} of 6: {what}"));
}

/// The admin, what they set up, and the people who sign in with a password.
async fn staff(stage: &Stage, password: &str) -> Result<(UserId, Caller)> {
    let (runner, operations) = (stage.runner.as_ref(), &stage.operations);
    let hasher = Pbkdf2Hasher::new(Arc::clone(runner.entropy()));
    let password_hash = hasher.hash(Password::new(password.to_owned())).await?;
    let admin = add(runner, ADMIN, &password_hash, LocalRole::Admin, None).await?;
    runner.command(&Caller::console(), PromoteFromConsole { user: admin.to_string() }).await?;
    let caller = Caller { actor_id: admin.to_string(), email: Some(ADMIN.to_owned()), ..Caller::console() };
    for (name, input) in steps()? {
        operations.run_json(&caller, &name, input, Mode::Commit).await?;
    }
    for (identifier, tier, role_name) in PEOPLE {
        let role = if role_name.is_some() { LocalRole::Admin } else { LocalRole::User };
        let user = add(runner, identifier, &password_hash, role, tier).await?;
        if let Some(role_name) = role_name {
            let assign = AssignRole { clerk_user_id: user, role_name: role_name.to_owned(), expires_at: None };
            runner.command(&caller, assign).await?;
        }
    }
    Ok((admin, caller))
}

async fn key(stage: &Stage, caller: &Caller) -> Result<Secret> {
    let wanted = WantedApiKey {
        name: "demo".to_owned(),
        owner_email: Some(ADMIN.to_owned()),
        scopes: vec![Permission::AdminRead, Permission::AdminWrite],
        expires_at: None,
        description: None,
        allowed_networks: Vec::new(),
        requests_per_minute: None,
    };
    Ok(mint_api_key(&stage.operations, stage.runner.entropy().as_ref(), caller, wanted).await?.0)
}

fn steps() -> Result<Vec<(String, Value)>> {
    serde_json::from_str(STEPS).map_err(Error::internal)
}

async fn add(
    runner: &Runner<Store>,
    identifier: &str,
    password_hash: &PasswordHash,
    role: LocalRole,
    tier: Option<&str>,
) -> Result<UserId> {
    let user = CreateLocalUser {
        identifier: identifier.to_owned(),
        password_hash: password_hash.clone(),
        role: Some(role),
        tier: tier.map(str::to_owned),
    };
    Ok(runner.command(&Caller::console(), user).await?.output.id)
}
