//! A demo that an empty database is filled with, by the operations themselves.

mod clock;
mod mail;
mod marketplace;
mod money;
mod stage;
mod suspicious;

use std::sync::Arc;

use aedile_accounts::api_keys::{ApiKey, WantedApiKey, mint_api_key};
use aedile_accounts::secrets::Secret;
use aedile_accounts::tokens::new_token_id;
use aedile_accounts::{
    CreateLocalUser, ListLocalUsers, LocalRole, Password, PasswordHash, PasswordHasher, TokenIssuer,
};
use aedile_fake_stripe::FakeStripe;
use aedile_identity::Pbkdf2Hasher;
use aedile_kernel::digest::hex;
use aedile_kernel::registry::Mode;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Caller, Error, PageRequest, Result, Runner, UserId};
use aedile_rbac::assignments::{AssignRole, PromoteFromConsole};
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
    ("donald@demo.example", None, Some("support")),
];

/// Fills the database if it is empty, and prints a ready sign-in.
pub(crate) async fn fill_and_announce(
    server: &Running,
    settings: &Settings,
    stripe: Option<Arc<FakeStripe>>,
) -> Result<()> {
    let runner = server.runner();
    let known = runner.query(&Caller::console(), ListLocalUsers { page: PageRequest::first() }).await?;
    let address = server.address();
    print(format_args!("Aedile listens on http://{address}"));
    print(format_args!("Dashboard: http://{address}/dashboard"));
    if let Some(key) = &settings.admin_api_key {
        print(format_args!("Operator's key (X-Admin-Key), until it stops: {}", key.expose_secret()));
    }
    if let Some(stripe) = &stripe {
        stripe.deliver_to(format!("http://{address}/v1/webhooks/stripe"));
        print(format_args!("Payments go to a pretended Stripe at {}, until it stops; no money moves", stripe.url()));
    }
    if known.total == Some(0) {
        let password = hex(&random_bytes::<9>(runner.entropy().as_ref()));
        print("The demo is being made; this takes some seconds");
        // A thousand lines about it would push the rest of the log away.
        let quietly = NoSubscriber::default();
        let stage = Stage::of(server, settings, stripe)?;
        let filled = fill(&stage, &password);
        let (admin, key) = filled.with_subscriber(quietly).await?;
        print(format_args!("Demo admin: {ADMIN}, password: {password}"));
        print(format_args!("API key: {}", key.expose()));
        return announce_token(server, &admin);
    }
    match known.items.iter().find(|user| user.identifier == ADMIN) {
        Some(admin) => {
            print(format_args!("The demo admin is {ADMIN}; the password was printed when the demo was made"));
            announce_token(server, &admin.id)
        }
        None => {
            print("The database holds data already, so no demo was added to it");
            Ok(())
        }
    }
}

fn announce_token(server: &Running, admin: &UserId) -> Result<()> {
    let Some(issuer) = server.issuer() else { return Ok(()) };
    let id = new_token_id(server.runner().entropy().as_ref());
    let token = issuer.issue(admin, LocalRole::Admin, &id, server.runner().now())?.token;
    print(format_args!(
        "Try: curl -H 'Authorization: Bearer {token}' http://{}/admin/system/my-context",
        server.address()
    ));
    Ok(())
}

async fn fill(stage: &Stage, password: &str) -> Result<(UserId, Secret)> {
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
    marketplace::fill(stage, &caller).await?;
    suspicious::fill(stage, &caller).await?;
    money::fill(stage, &caller).await?;
    mail::fill(stage, &caller).await?;
    let wanted = WantedApiKey {
        name: "demo".to_owned(),
        owner_email: Some(ADMIN.to_owned()),
        scopes: ApiKey::SCOPES.to_vec(),
        expires_at: None,
    };
    let (key, _) = mint_api_key(operations, runner.entropy().as_ref(), &caller, wanted).await?;
    Ok((admin, key))
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
