//! The demo's marketplace: sellers with their skills, users who install and review them, and work for the admins.

use std::io::{Cursor, Write};

use aedile_accounts::deletion::RequestDeletion;
use aedile_accounts::holds::HoldAccount;
use aedile_accounts::{ProvisionUser, ProvisionsUsers};
use aedile_artifacts::{Artifacts, ZipInspector};
use aedile_billing::purchases::PurchaseId;
use aedile_catalog::categories::CreateCategory;
use aedile_catalog::installations::RecordInstallation;
use aedile_catalog::packages::{ArtifactStore, Package, PackageInspector};
use aedile_catalog::reviews::WriteReview;
use aedile_catalog::sellers::RegisterSeller;
use aedile_catalog::skills::{ImportSkill, PublishSkill};
use aedile_kernel::{Caller, Credential, Error, PageRequest, PermissionSet, Result, Runner, UserId};
use aedile_moderation::claims::{ClaimId, CreateClaim, RejectClaim};
use aedile_moderation::flags::{ListAbuseFlags, Resolution, ResolveAbuseFlag};
use aedile_store::Store;
use serde::Deserialize;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::clock::DemoClock;
use super::stage::Stage;

const TEXTS: &str = include_str!("marketplace.json");
/// How many skills a user installs.
const INSTALLED_BY_ONE: usize = 2;
/// How many reviews the skills of a seller get, seller by seller; from ten on it looks suspicious.
const REVIEWS: [usize; 12] = [8, 5, 12, 3, 7, 4, 9, 2, 11, 6, 1, 4];

/// A skill of the demo: its name, what it does, its category, what it costs in US cents.
type Offer = (String, String, String, i64);

/// What the demo is made from.
#[derive(Deserialize)]
struct Texts {
    categories: Vec<CreateCategory>,
    sellers: Vec<String>,
    first_names: Vec<String>,
    last_names: Vec<String>,
    skills: Vec<Offer>,
    imports: Vec<ImportSkill>,
    reviews: Vec<String>,
}

/// A skill that is offered.
#[derive(Clone)]
struct Offered {
    slug: String,
    is_paid: bool,
}

/// Somebody of the demo, who acts for themself.
struct Person {
    id: UserId,
    caller: Caller,
}

/// Fills the marketplace in the name of `admin`.
pub(super) async fn fill(stage: &Stage, admin: &Caller) -> Result<()> {
    let (runner, clock) = (stage.runner.as_ref(), &stage.clock);
    let texts: Texts = serde_json::from_str(TEXTS).map_err(Error::internal)?;
    for category in texts.categories.iter().cloned() {
        runner.command(admin, category).await?;
    }
    for skill in texts.imports.iter().cloned() {
        runner.command(admin, skill).await?;
    }
    let sellers = sellers(stage, &texts).await?;
    let skills = skills(stage, &texts, &sellers).await?;
    let users = users(runner, clock, &texts).await?;
    let bought = installed_and_reviewed(stage, &texts, &users, &skills).await?;
    refunded(stage, admin, &bought).await?;
    moderated(runner, admin, &sellers, &users).await
}

async fn sellers(stage: &Stage, texts: &Texts) -> Result<Vec<Person>> {
    let mut sellers = Vec::new();
    for (number, name) in texts.sellers.iter().enumerate() {
        stage.clock.pass();
        let seller = seen(&stage.runner, &format!("user_seller{:02}", number + 1), name).await?;
        let register = RegisterSeller { accept_tos: true, display_name: name.clone(), slug: None };
        stage.runner.command(&seller.caller, register).await?;
        stage.connect(&seller.caller, &seller.id).await?;
        sellers.push(seller);
    }
    Ok(sellers)
}

async fn users(runner: &Runner<Store>, clock: &DemoClock, texts: &Texts) -> Result<Vec<Person>> {
    let mut users = Vec::new();
    for last in &texts.last_names {
        for first in &texts.first_names {
            clock.pass();
            users.push(seen(runner, &format!("user_{:03}", users.len() + 1), &format!("{first} {last}")).await?);
        }
    }
    Ok(users)
}

/// A user of an identity provider, who signs in for the first time.
async fn seen(runner: &Runner<Store>, id: &str, name: &str) -> Result<Person> {
    let id = UserId::parse(id)?;
    let local = name
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".");
    let email = Some(format!("{local}@demo.example"));
    let caller = Caller::user(&id, email.clone(), Credential::ProviderToken, PermissionSet::USER);
    let (id_of_user, email, display_name) = (id.clone(), email.into(), name.into());
    runner.provision(&caller, ProvisionUser { id: id_of_user, email, email_verified: true, display_name }).await?;
    Ok(Person { id, caller })
}

/// The slugs of the skills, by seller.
async fn skills(stage: &Stage, texts: &Texts, sellers: &[Person]) -> Result<Vec<Vec<Offered>>> {
    let mut skills = vec![Vec::new(); sellers.len()];
    let in_turn = sellers.iter().zip(0..).cycle();
    for ((name, description, category, price), (seller, number)) in texts.skills.iter().zip(in_turn) {
        // Nobody can be paid who has not connected an account.
        let price_cents = if stage.till.is_some() { *price } else { 0 };
        let skill = PublishSkill {
            slug: None,
            name: name.clone(),
            description: format!("{description}."),
            category: category.clone(),
            price_cents,
            version: "1.0.0".to_owned(),
            package: package(&stage.artifacts, name, description).await?,
        };
        let published = stage.runner.command(&seller.caller, skill).await?.output;
        let number: usize = number;
        let offered = Offered { slug: published.slug, is_paid: price_cents > 0 };
        skills.get_mut(number).into_iter().for_each(|skills: &mut Vec<Offered>| skills.push(offered.clone()));
    }
    Ok(skills)
}

/// A package with a page about the skill, looked into and kept like any other.
async fn package(artifacts: &Artifacts, name: &str, description: &str) -> Result<Package> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("SKILL.md", SimpleFileOptions::default()).map_err(Error::internal)?;
    write!(archive, "# {name}\n\n{description}.\n").map_err(Error::internal)?;
    let bytes: bytes::Bytes = archive.finish().map_err(Error::internal)?.into_inner().into();
    let package = Package::from(ZipInspector::new().inspect(bytes.clone()).await?);
    artifacts.put(&package.artifact, bytes).await?;
    Ok(package)
}

/// Returns the numbers of what was bought.
async fn installed_and_reviewed(
    stage: &Stage,
    texts: &Texts,
    users: &[Person],
    skills: &[Vec<Offered>],
) -> Result<Vec<PurchaseId>> {
    let all: Vec<&Offered> = skills.iter().flatten().collect();
    let mut bought = Vec::new();
    for (number, user) in users.iter().enumerate() {
        for nth in 0..INSTALLED_BY_ONE {
            let Some(skill) = all.get((number * 7 + nth * 13) % all.len().max(1)) else { continue };
            stage.clock.pass();
            bought.extend(install(stage, &user.caller, skill).await?);
        }
    }
    for (seller, (skills, count)) in skills.iter().zip(REVIEWS).enumerate() {
        stage.clock.pass();
        for nth in 0..count {
            let (user, skill) =
                (users.get((seller * 17 + nth * 3) % users.len().max(1)), skills.get(nth % skills.len().max(1)));
            let (Some(user), Some(skill)) = (user, skill) else { continue };
            bought.extend(install(stage, &user.caller, skill).await?);
            let rating = [5, 4, 5, 3, 2, 5, 4].get(nth % 7).copied().unwrap_or(5);
            let title = texts.reviews.get((seller + nth) % texts.reviews.len().max(1)).cloned();
            let review = WriteReview { slug: skill.slug.clone(), rating, title, body: None };
            stage.runner.command(&user.caller, review).await?;
        }
    }
    Ok(bought)
}

/// Buys the skill first when it is not free, and not the user's already; the purchase's number.
async fn install(stage: &Stage, caller: &Caller, skill: &Offered) -> Result<Option<PurchaseId>> {
    let bought = match skill.is_paid {
        true => match stage.buy(caller, &skill.slug).await {
            Err(Error::Conflict(_)) => None,
            bought => bought?,
        },
        false => None,
    };
    let client = Some("cli/1.4.0".to_owned());
    let report =
        RecordInstallation { skill_slug: skill.slug.clone(), version: Some("1.0.0".to_owned()), source: None, client };
    stage.runner.command(caller, report).await?;
    Ok(bought)
}

async fn refunded(stage: &Stage, admin: &Caller, bought: &[PurchaseId]) -> Result<()> {
    for (nth, purchase) in bought.iter().step_by(19).enumerate() {
        let (cents, reason) = match nth % 3 {
            0 => (None, "Bought twice by mistake"),
            1 => (Some(100), "The price went down the next day"),
            _ => (None, "Does not work with their version"),
        };
        stage.refund(admin, *purchase, cents, reason).await?;
    }
    Ok(())
}

/// Claims, of which some wait, a flag that is resolved beside those that are not, an account on hold, and two that leave.
async fn moderated(runner: &Runner<Store>, admin: &Caller, sellers: &[Person], users: &[Person]) -> Result<()> {
    let mut claims: Vec<ClaimId> = Vec::new();
    for (seller, slug, evidence) in [
        (1, "pdf-tools", ""),
        (3, "git-insights", "I am the second maintainer; see the contributors of the repository."),
        (5, "git-insights", "I wrote most of it."),
        (6, "tax-tables", "Our company publishes these tables: https://taxtables.example/about"),
        (8, "mood-boards", "Mine."),
    ] {
        let Some(seller) = sellers.get(seller) else { continue };
        let claim = CreateClaim { slug: slug.to_owned(), evidence: evidence.to_owned() };
        claims.push(runner.command(&seller.caller, claim).await?.output.id);
    }
    if let Some(id) = claims.last() {
        let reason = Some("That is no evidence. Show us that the registry's account is yours.".to_owned());
        runner.command(admin, RejectClaim { id: *id, reason }).await?;
    }
    let flags = ListAbuseFlags { status: None, flag_type: None, page: PageRequest::first() };
    if let Some(flag) = runner.query(admin, flags).await?.items.first() {
        let notes = Some("They were in a newsletter this morning.".to_owned());
        let resolution = Resolution::ResolvedLegit;
        runner.command(admin, ResolveAbuseFlag { id: flag.id, resolution, notes }).await?;
    }
    // None of these is among those who later spend or agree to mail.
    if let Some(held) = users.get(67) {
        let reason = "Three refunds in one evening; waiting for an answer".to_owned();
        runner.command(admin, HoldAccount { user_id: held.id.clone(), reason }).await?;
    }
    for leaving in [23, 103] {
        let Some(leaving) = users.get(leaving) else { continue };
        runner.command(&leaving.caller, RequestDeletion {}).await?;
    }
    Ok(())
}
