//! Skills: `/v1/skills`, `/v1/detail`, `/v1/search` and `/v1/admin/skills`.

mod detail;
mod import;
mod list;
mod publish;
mod search;

use std::fmt::Write as _;

use aedile_catalog::packages::Package;
use aedile_catalog::skills::{PublishSkill, Skill};
use aedile_kernel::{Caller as KernelCaller, Credential, PermissionSet, Result, UserId};
use serde_json::Value;

use crate::support::{Caller, Reply, TestApp};

/// Makes `user_ID` a seller by the name of `Seller ID`, with a Stripe account or without.
pub(crate) async fn seller(app: &TestApp, id: &str, is_connected: bool) {
    // A first request makes them known.
    app.user(&format!("user_{id}")).get("/v1/flags").await.expect(200);
    let account = if is_connected { format!("'acct_{id}'") } else { "NULL".to_owned() };
    app.database.execute(&format!(
        "UPDATE users SET tos_accepted_at = 1, seller_slug = '{id}', seller_name = 'Seller {id}', \
         stripe_connect_id = {account} WHERE id = 'user_{id}'"
    ));
}

/// Makes a category of this slug.
fn category(app: &TestApp, slug: &str, name: &str, keywords: &str) {
    app.database.execute(&format!("INSERT INTO slugs (slug, kind) VALUES ('{slug}', 'category')"));
    app.database.execute(&format!(
        "INSERT INTO categories (slug, name, icon, sample_keywords, created_at, updated_at) \
         VALUES ('{slug}', '{name}', 'grid', '{keywords}', 0, 0)"
    ));
}

/// The seller `user_ada`, and two categories.
pub(crate) async fn market(app: &TestApp) {
    seller(app, "ada", true).await;
    category(app, "developer-tools", "Developer Tools", "debug, lint");
    category(app, "documents", "Documents", "office");
}

/// A free skill for developers, in its first version.
pub(crate) fn skill(name: &str) -> PublishSkill {
    PublishSkill {
        slug: None,
        name: name.into(),
        description: format!("What {name} does."),
        category: "developer-tools".into(),
        price_cents: 0,
        version: "1.0.0".into(),
        package: Package { artifact: "a".into(), sha256: "ab".repeat(32), size_bytes: 1_234, entries: 2 },
    }
}

pub(crate) async fn publish(app: &TestApp, user: &str, skill: PublishSkill) -> Result<Skill> {
    let id = UserId::parse(&format!("user_{user}")).unwrap();
    let caller = KernelCaller::user(&id, None, Credential::ProviderToken, PermissionSet::USER);
    Ok(app.server.runner().command(&caller, skill).await?.output)
}

async fn published(app: &TestApp, skill: PublishSkill) -> Skill {
    publish(app, "ada", skill).await.unwrap()
}

/// Fails unless this is a refusal as problem details, with this status.
#[track_caller]
fn refused(reply: Reply, status: u16) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.body["status"], status);
    assert!(reply.body["detail"].is_string() && reply.body["code"].is_string(), "{}", reply.text);
    reply
}

/// The slugs of the skills that are answered, with spaces between.
#[track_caller]
fn slugs(reply: Reply) -> String {
    let reply = reply.expect(200);
    let skills = reply.body["skills"].as_array().unwrap();
    skills.iter().map(|skill| skill["slug"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Every page of so many, joined by `|`.
async fn pages(caller: &Caller, path: &str, limit: usize) -> String {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = caller.get(&format!("{path}limit={limit}{cursor}")).await;
        let next = reply.body["next_cursor"].as_str().map(str::to_owned);
        all.push(slugs(reply));
        let Some(next) = next else { return all.join("|") };
        cursor = format!("&cursor={next}");
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "%{byte:02X}").unwrap();
        all
    })
}

/// The audit rows of an action, the newest first.
async fn audited(admin: &Caller, action: &str) -> Vec<Value> {
    let reply = admin.get(&format!("/admin/system/audit?action={action}")).await.expect(200);
    reply.body["logs"].as_array().unwrap().clone()
}
