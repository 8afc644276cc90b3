//! Tokens of the command line, its sign-in by way of a browser, and what the identity provider tells of its users.

mod account_standing;
mod browser;
mod events;
mod exchange;
mod secrets;
mod session;
mod signatures;
mod tokens;

use aedile_accounts::{User, Users};
use aedile_kernel::{Timestamp, UnitOfWork, UserId, View};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp};

const TOKENS: &str = "/v1/auth/cli-tokens";
const CURRENT: &str = "/v1/auth/cli-tokens/current";
const EXCHANGE: &str = "/v1/auth/cli-tokens/exchange";
const PAGE: &str = "/auth/cli";
const WEBHOOK: &str = "/v1/webhooks/clerk";

const PASSWORD: &str = "correct horse battery";
const REDIRECT: &str = "http://127.0.0.1:49152/callback";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Makes a token, and gives whoever holds it with the whole answer.
async fn mint(app: &TestApp, user: &Caller) -> (Caller, Value) {
    let reply = user.post(TOKENS, json!({})).await.expect(201);
    (app.with_token(reply.body["token"].as_str().unwrap()), reply.body)
}

/// Whom the gateway sees in somebody.
async fn seen_as(caller: &Caller) -> String {
    let asking = caller.with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/any");
    asking.get("/gateway/authorize").await.expect(200).header("x-auth-user").unwrap().to_owned()
}

/// Makes a local user, and gives their id.
async fn local_user(admin: &Caller, identifier: &str) -> String {
    let new = json!({ "identifier": identifier, "password": PASSWORD });
    let made = admin.post("/admin/local-users", new).await.expect(201);
    made.body["user"]["id"].as_str().unwrap().to_owned()
}

/// How many audit rows there are that a query finds.
async fn rows(admin: &Caller, query: &str) -> u64 {
    let reply = admin.get(&format!("/admin/system/audit?limit=1&{query}")).await.expect(200);
    reply.body["total"].as_u64().unwrap()
}

/// Fails unless this is a problem with this status.
#[track_caller]
fn problem(reply: Reply, status: u16) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{}", reply.text);
    assert_eq!(reply.body["status"], status, "{}", reply.text);
    reply
}

/// Fails unless this is a page with this status that sends nobody anywhere.
#[track_caller]
fn page(reply: Reply, status: u16) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{}", reply.text);
    assert_eq!(reply.header("location"), None, "{}", reply.text);
    assert!(reply.header("content-security-policy").unwrap().starts_with("default-src 'none'"), "{:?}", reply.headers);
    reply
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    Url::parse_with_params("http://x/", pairs).unwrap().query().unwrap_or_default().to_owned()
}

/// What a command line asks for, with some of it said otherwise.
fn asked<'a>(otherwise: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        ("redirect_uri", REDIRECT),
        ("state", "state-of-the-test"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let of = |name| otherwise.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let more = otherwise.iter().filter(|(name, _)| usual.iter().all(|(known, _)| known != name));
    usual.iter().map(|(name, value)| (*name, of(*name).unwrap_or(value))).chain(more.copied()).collect()
}

async fn open_page(browser: &Caller, pairs: &[(&str, &str)]) -> Reply {
    browser.get(&format!("{PAGE}?{}", encoded(pairs))).await
}

async fn submit(browser: &Caller, pairs: &[(&str, &str)]) -> Reply {
    let body = encoded(pairs).into_bytes();
    browser.send_raw(Method::POST, PAGE, Some(("application/x-www-form-urlencoded", body))).await
}

async fn submit_password(browser: &Caller, identifier: &str, password: &str) -> Reply {
    submit(browser, &asked(&[("identifier", identifier), ("password", password)])).await
}

/// Where the browser was sent, and the code it carries there.
#[track_caller]
fn carried(reply: Reply) -> (Url, String) {
    let reply = reply.expect(303);
    let target = Url::parse(reply.header("location").unwrap()).unwrap();
    let code = target.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    (target, code)
}

/// The code of a local user's sign-in.
async fn code_of(app: &TestApp, identifier: &str) -> String {
    carried(submit_password(&app.anonymous(), identifier, PASSWORD).await).1
}

async fn exchange(app: &TestApp, code: &str, verifier: &str) -> Reply {
    app.anonymous().post(EXCHANGE, json!({ "code": code, "code_verifier": verifier })).await
}

/// An event as the provider sends it now.
async fn send_event(app: &TestApp, id: &str, event: &Value) -> Reply {
    send_signed(app, id, now_seconds(), &event.to_string()).await
}

async fn send_signed(app: &TestApp, id: &str, at: i64, body: &str) -> Reply {
    let signature = signature(WEBHOOK_SECRET, id, at, body);
    send(app, &[("svix-id", id), ("svix-timestamp", &at.to_string()), ("svix-signature", &signature)], body).await
}

async fn send(app: &TestApp, headers: &[(&str, &str)], body: &str) -> Reply {
    let sender = headers.iter().fold(app.anonymous(), |sender, (name, value)| sender.with_header(name, value));
    sender.send_raw(Method::POST, WEBHOOK, Some(("application/json", body.as_bytes().to_vec()))).await
}

fn signature(secret: &str, id: &str, at: i64, body: &str) -> String {
    let key = STANDARD.decode(&secret["whsec_".len()..]).unwrap();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

/// An event about a user with this address, who is like this since so many seconds after 2026 began.
fn changed(kind: &str, user: &str, email: &str, second: i64) -> Value {
    let millis = 1_767_225_600_000 + second * 1000;
    json!({ "type": kind, "object": "event", "timestamp": millis, "data": {
        "id": user, "object": "user", "first_name": "Ada", "last_name": "Lovelace", "updated_at": millis,
        "primary_email_address_id": "idn_1",
        "email_addresses": [{ "id": "idn_1", "email_address": email, "verification": { "status": "verified" } }],
    } })
}

fn deleted(user: &str) -> Value {
    json!({ "type": "user.deleted", "object": "event", "data": { "id": user, "object": "user", "deleted": true } })
}

/// What the server has written down of a user.
async fn known(app: &TestApp, user: &str) -> Option<User> {
    let id = UserId::parse(user).unwrap();
    app.server.runner().store().read(move |connection| View::<dyn Users>::view(connection).find(&id)).await.unwrap()
}

fn now_seconds() -> i64 {
    i64::try_from(now_micros() / 1_000_000).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a real server has the real time")]
fn now_micros() -> u128 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros()
}

fn time(value: &Value) -> Timestamp {
    Timestamp::parse("time", value.as_str().unwrap()).unwrap()
}
