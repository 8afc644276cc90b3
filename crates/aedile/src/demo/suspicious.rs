//! What detectors notice: buyers who buy much of one seller, give much back, or are the seller.

use aedile_accounts::{ProvisionUser, ProvisionsUsers};
use aedile_catalog::installations::RecordInstallation;
use aedile_kernel::{Caller, Credential, Error, PermissionSet, Result, UserId};

use super::stage::Stage;

/// Every skill with a price of one seller, `ada.byron@demo.example`.
const OF_ONE_SELLER: [&str; 5] =
    ["flaky-test-finder", "dashboard-digest", "layout-critic", "invoice-reader", "sync-watcher"];
/// Skills of several sellers.
const OF_SEVERAL: [&str; 3] = ["unit-economics", "phishing-drill", "cohort-builder"];

/// Lets three people do what looks suspicious, where payments are simulated.
pub(super) async fn fill(stage: &Stage, admin: &Caller) -> Result<()> {
    if stage.till.is_none() {
        return Ok(());
    }
    let collector = seen(stage, "user_collector", "bodil.brandt@demo.example", "Bodil Brandt").await?;
    for slug in OF_ONE_SELLER {
        buy(stage, &collector, slug).await?;
    }
    stage.clock.pass();
    let undecided = seen(stage, "user_undecided", "milo.marsh@demo.example", "Milo Marsh").await?;
    for slug in OF_SEVERAL {
        let Some(purchase) = stage.buy(&undecided, slug).await? else { continue };
        stage.refund(admin, purchase, None, "Changed their mind").await?;
    }
    stage.clock.pass();
    let double = seen(stage, "user_double", "ada.byron+shop@demo.example", "A. B. Shopper").await?;
    buy(stage, &double, "invoice-reader").await
}

async fn seen(stage: &Stage, id: &str, email: &str, name: &str) -> Result<Caller> {
    let (id, email) = (UserId::parse(id)?, Some(email.to_owned()));
    let caller = Caller::user(&id, email.clone(), Credential::ProviderToken, PermissionSet::USER);
    let (email, display_name) = (email.into(), name.into());
    stage.runner.provision(&caller, ProvisionUser { id, email, email_verified: true, display_name }).await?;
    Ok(caller)
}

async fn buy(stage: &Stage, buyer: &Caller, slug: &str) -> Result<()> {
    stage.buy(buyer, slug).await?.ok_or_else(|| Error::internal("nothing was bought"))?;
    let client = Some("cli/1.4.0".to_owned());
    let report = RecordInstallation { skill_slug: slug.to_owned(), version: None, source: None, client };
    stage.runner.command(buyer, report).await.map(drop)
}
