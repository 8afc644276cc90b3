//! Packages: `POST /v1/skills` and `/v1/skills/{slug}/download`.

#[path = "../../../crates/adapters/artifacts/tests/it/corpus/mod.rs"]
mod corpus;
mod download;
mod forms;
mod hostile;
mod parts;
mod publish;

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp};
use corpus::{Archive, Item};

const BOUNDARY: &str = "a-boundary-of-the-tests";
const CONTENT_TYPE: &str = "multipart/form-data; boundary=a-boundary-of-the-tests";

/// The seller `user_ada` with a Stripe account, and a category.
async fn ada(app: &TestApp) -> Caller {
    seller(app, "ada", true).await;
    for sql in [
        "INSERT INTO slugs (slug, kind) VALUES ('developer-tools', 'category')",
        "INSERT INTO categories (slug, name, icon, created_at, updated_at) VALUES ('developer-tools', 'Tools', 'code', 0, 0)",
    ] {
        app.database.execute(sql);
    }
    app.user("user_ada")
}

async fn seller(app: &TestApp, id: &str, is_connected: bool) -> Caller {
    let user = app.user(&format!("user_{id}"));
    user.get("/v1/flags").await.expect(200);
    let account = if is_connected { format!("'acct_{id}'") } else { "NULL".to_owned() };
    app.database.execute(&format!(
        "UPDATE users SET tos_accepted_at = 1, seller_slug = '{id}', seller_name = 'Seller {id}', \
         stripe_connect_id = {account} WHERE id = 'user_{id}'"
    ));
    user
}

/// What is said of a skill in its first version.
fn about(name: &str, price_cents: i64) -> Value {
    json!({
        "name": name, "description": "What it does.", "category": "developer-tools", "price_cents": price_cents,
        "version": "1.0.0",
    })
}

fn with(mut about: Value, field: &str, value: impl Into<Value>) -> Value {
    about[field] = value.into();
    about
}

/// A package that is in order and holds this text, so that no two are the same.
fn package(text: &str) -> Vec<u8> {
    Archive::of([Item::deflated("SKILL.md", text.as_bytes()), Item::stored("src/a.py", b"print()\n")]).bytes()
}

/// A field of a form.
fn field(name: &str, further: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{further}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

/// A form of these fields.
fn form(fields: &[Vec<u8>]) -> Vec<u8> {
    [fields.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat()
}

fn both(about: &Value, package: &[u8]) -> Vec<u8> {
    let file = "; filename=\"package.zip\"\r\nContent-Type: application/zip";
    form(&[field("metadata", "", about.to_string().as_bytes()), field("package", file, package)])
}

async fn send(caller: &Caller, form: Vec<u8>) -> Reply {
    caller.send_raw(Method::POST, "/v1/skills", Some((CONTENT_TYPE, form))).await
}

async fn publish(caller: &Caller, about: &Value, package: &[u8]) -> Reply {
    send(caller, both(about, package)).await
}

/// How many artifacts are kept.
fn kept(app: &TestApp) -> usize {
    let packages = app.artifacts.path().join("packages");
    std::fs::read_dir(packages).map_or(0, Iterator::count)
}

/// The only artifact that is kept.
fn the_only_one(folder: &Path) -> std::path::PathBuf {
    let all: Vec<_> = std::fs::read_dir(folder.join("packages")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let [one] = all.as_slice() else { panic!("{all:?}") };
    one.clone()
}
