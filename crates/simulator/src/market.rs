//! Sellers, buyers and skills that every history begins with.

use std::sync::{Arc, Mutex};

use aedile_accounts::{ProvisionUser, ProvisionsUsers, Told};
use aedile_catalog::categories::CreateCategory;
use aedile_catalog::packages::Package;
use aedile_catalog::sellers::{ConnectSeller, RegisterSeller};
use aedile_catalog::skills::PublishSkill;
use aedile_fake_stripe::Books;
use aedile_kernel::{Caller, Credential, Epochs, PermissionSet, Policy, Result, Runner, UserId};
use aedile_store::{Options, Store};

use crate::clock::SimulatedClock;
use crate::rng::Rng;
use crate::wire::Provider;

/// Who buys.
pub(crate) const BUYERS: [&str; 2] = ["user_ada", "user_bob"];
/// What is sold, by slug, and for how many cents.
pub(crate) const SKILLS: [(&str, i64); 2] = [("pro", 999), ("max", 2_500)];
const SELLER: &str = "user_sue";
/// The secret key that every process begins with.
pub(crate) const SECRET: &str = "sk_test_1";

/// Fills an empty database. Histories work on copies of it.
///
/// # Errors
/// Of the store, or of the rules.
pub async fn open(database_url: &str) -> Result<()> {
    let (clock, rng) = (Arc::new(SimulatedClock::new()), Rng::new(0));
    let store = Store::open(options(database_url), Arc::new(rng.clone())).await?;
    let runner = Runner::new(store.clone(), clock, Arc::new(rng), Arc::new(Epochs::default()), Policy::DEFAULT);
    for name in BUYERS.iter().chain([&SELLER]) {
        let user = ProvisionUser {
            id: UserId::parse(name)?,
            email: Told::Is(format!("{name}@example.com")),
            email_verified: true,
            display_name: Told::Nothing,
        };
        runner.provision(&caller(name)?, user).await?;
    }
    let tools = CreateCategory {
        name: "Tools".to_owned(),
        slug: None,
        description: String::new(),
        icon: aedile_catalog::categories::Icon::default(),
        sample_keywords: String::new(),
    };
    runner.command(&Caller::console(), tools).await?;
    let seller = caller(SELLER)?;
    runner.command(&seller, RegisterSeller { accept_tos: true, display_name: "Sue".to_owned(), slug: None }).await?;
    let payment_account = provider(Rng::new(0)).1;
    runner.command(&seller, ConnectSeller { payment_account }).await?;
    for (slug, price_cents) in SKILLS {
        runner.command(&seller, skill(slug, price_cents)).await?;
    }
    store.close().await;
    Ok(())
}

/// Few connections: one thing happens at a time.
pub(crate) fn options(database_url: &str) -> Options {
    Options { pool_size: Some(2), ..Options::new(database_url) }
}

/// A user, as signed in.
pub(crate) fn caller(name: &str) -> Result<Caller> {
    let email = Some(format!("{name}@example.com"));
    Ok(Caller::user(&UserId::parse(name)?, email, Credential::ProviderToken, PermissionSet::USER))
}

/// A provider that knows the seller, and its name of the seller's account.
pub(crate) fn provider(rng: Rng) -> (Arc<Provider>, String) {
    let clock = Arc::new(SimulatedClock::new());
    let mut books = Books::new("http://stripe.example", clock.seconds());
    let account = books.open_onboarded_account();
    books.take_events();
    (Arc::new(Provider { books: Mutex::new(books), clock, rng, trouble: Mutex::new(0) }), account)
}

fn skill(slug: &str, price_cents: i64) -> PublishSkill {
    PublishSkill {
        slug: Some(slug.to_owned()),
        name: slug.to_owned(),
        description: "What it does.".to_owned(),
        category: "tools".to_owned(),
        price_cents,
        version: "1.0.0".to_owned(),
        package: Package { artifact: "a".to_owned(), sha256: "ab".repeat(32), size_bytes: 1, entries: 1 },
    }
}
