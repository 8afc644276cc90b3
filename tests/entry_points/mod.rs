//! The entry points are one: every operation answers the same, refuses the same and leaves the same audit row, whether it is run over
//! HTTP, on the command line, by an agent or in a form of the dashboard.

mod pages;
mod script;

pub(crate) use pages::agreed_form;

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde_json::{Value, json};

use self::script::script;
use crate::operations::command_line::{run_with_input, signed_in};
use crate::support::{Agent, Backend, Binary, Caller, TestApp};

/// What an operation answered: its output, or why not.
type Answered = Result<Value, String>;

/// A way to an operation.
enum Door {
    Http(Caller),
    CommandLine(Arc<Binary>, Vec<Value>),
    Agent(Option<Agent>),
    Dashboard(Caller),
}

impl Door {
    async fn all(app: &TestApp, admin: &Caller, token: &str) -> Vec<Self> {
        let caller = app.with_token(token);
        let listed = admin.get("/v1/admin/operations").await.expect(200).body;
        let binary = signed_in(app, token).await;
        let limits = ["--allow-write", "--max-granted", "100000"];
        let for_agent = Arc::clone(&binary);
        let agent = tokio::task::spawn_blocking(move || Agent::start(&for_agent, &limits)).await.unwrap();
        let operations = listed["operations"].as_array().unwrap().clone();
        let browser = app.anonymous().with_header("Cookie", &format!("__session={token}"));
        let browser = Self::Dashboard(browser.with_header("Origin", &app.url()));
        vec![Self::Http(caller), Self::CommandLine(binary, operations), Self::Agent(Some(agent)), browser]
    }

    async fn run(&mut self, name: &str, input: &Value) -> Answered {
        match self {
            Self::Http(caller) => {
                let reply = caller.post(&format!("/v1/admin/operations/{name}"), input.clone()).await;
                if reply.status == 200 {
                    Ok(reply.body)
                } else {
                    Err(reply.body["detail"].as_str().unwrap().to_owned())
                }
            }
            Self::Dashboard(browser) => pages::in_a_form(browser, name, input).await,
            Self::CommandLine(binary, operations) => on_the_command_line(binary, operations, name, input).await,
            Self::Agent(agent) => {
                let (mut talking, name, input) = (agent.take().unwrap(), name.to_owned(), input.clone());
                let ask = move || {
                    let answered = by_agent(&mut talking, &name, input);
                    (talking, answered)
                };
                let (talking, answered) = tokio::task::spawn_blocking(ask).await.unwrap();
                *agent = Some(talking);
                answered
            }
        }
    }
}

async fn on_the_command_line(binary: &Arc<Binary>, operations: &[Value], name: &str, input: &Value) -> Answered {
    let described = operations.iter().find(|operation| operation["name"] == name);
    let first = described.and_then(|operation| operation["input"]["required"][0].as_str()).unwrap_or_default();
    let known = aedile::operations_by_name();
    let (noun, verb) = aedile_cli::noun_and_verb(known.iter().find(|operation| operation.name == name).unwrap());
    let (mut arguments, mut typed) = (vec![noun, verb], String::new());
    for (field, value) in input.as_object().unwrap() {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        };
        match field.as_str() {
            "password" | "key" => typed = text,
            "page" => arguments.extend(["--limit".to_owned(), value["limit"].to_string()]),
            field if field == first => arguments.insert(2, text),
            field => arguments.extend([format!("--{}", field.replace('_', "-")), text]),
        }
    }
    let destroys = described.is_some_and(|operation| operation["effect"] == "destructive");
    arguments.extend(destroys.then(|| "--yes".to_owned()));
    arguments.push("--json".to_owned());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = run_with_input(binary, &arguments, &typed).await;
    match ended.code {
        Some(0) => Ok(serde_json::from_str(&ended.stdout).unwrap_or(Value::Null)),
        _ => Err(told(&ended.stderr)),
    }
}

/// What is wrong, without what else the command line and an agent are told.
fn told(text: &str) -> String {
    let text = text.trim().trim_start_matches("aedile: ");
    let text = text.split(": aedile whoami").next().unwrap();
    let trouble = text.strip_prefix("the server is in trouble (").and_then(|text| text.split_once("): "));
    trouble.map_or(text, |(_, told)| told).to_owned()
}

fn by_agent(agent: &mut Agent, name: &str, mut input: Value) -> Answered {
    let tool = name.replace('.', "_");
    let mut answered = agent.call(&tool, &input);
    if let Some(token) = answered.1.split("\"preview_token\": \"").nth(1).filter(|_| !answered.0) {
        input["preview_token"] = token.split('"').next().unwrap().into();
        answered = agent.call(&tool, &input);
    }
    let (is_error, text) = answered;
    let data: Value = serde_json::from_str(text.split('\n').nth(1).unwrap()).unwrap();
    if is_error { Err(told(data["error"].as_str().unwrap())) } else { Ok(data) }
}

/// The same text without what no two runs have in common.
fn comparable(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string(value).unwrap();
    for (pattern, same) in [
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID"),
        (r"[0-9a-f]{32,64}", "HEX"),
        (r"aed_inv_[A-Za-z0-9_-]+", "LINK"),
        (r"eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", "JWT"),
        (r"vfc_live_[A-Za-z0-9_-]+", "KEY"),
        (r"VFC(-[A-Z0-9]{4})+", "CODE"),
        (r#""code_hint":"[^"]+""#, "HINT"),
        (r"\bkey_[A-Za-z0-9]+", "KEY_ID"),
    ] {
        text = Regex::new(pattern).unwrap().replace_all(&text, same).into_owned();
    }
    text
}

/// The audit rows that an operation left.
async fn rows_since(admin: &Caller, seen: &mut i64) -> Vec<String> {
    let page = admin.get("/admin/system/audit?limit=100").await.expect(200).body;
    let mut rows: Vec<&Value> =
        page["logs"].as_array().unwrap().iter().filter(|row| row["id"].as_i64() > Some(*seen)).collect();
    rows.reverse();
    *seen = rows.last().and_then(|row| row["id"].as_i64()).unwrap_or(*seen);
    let told = |row: &&Value| {
        let fields = ["action", "actor_id", "resource_type", "resource_id", "status", "old_values", "new_values"];
        comparable(&fields.map(|field| row[field].clone()))
    };
    rows.iter().map(told).collect()
}

/// What every operation answered, and the audit rows it left.
type Transcript = BTreeMap<&'static str, (Answered, Vec<String>)>;

/// The transcript of an entry point, on a database of its own.
async fn transcript(backend: Backend, door: usize, as_admin: bool) -> Transcript {
    let app = TestApp::start(backend, &["--rate-admin", "0"]).await;
    let (admin, user, viewer) = (app.super_admin().await, app.user("user_a"), app.with_role("viewer").await);
    for caller in [&admin, &user, &viewer] {
        caller.get("/api/v1/me").await.expect(200);
    }
    let token = if as_admin { admin.token() } else { viewer.token() };
    let mut door = Door::all(&app, &admin, token).await.remove(door);
    let (mut seen, mut transcript, mut added) = (0, BTreeMap::new(), pages::Added::default());
    rows_since(&admin, &mut seen).await;
    for (name, input) in script() {
        let input = added.named_in(name, input);
        let mut answered = door.run(name, &input).await;
        if matches!(name, "audit.head" | "audit.verify") {
            // How many rows are sealed is a matter of the second.
            answered =
                answered.map(|seals| seals.as_object().into_iter().flatten().map(|(name, _)| json!(name)).collect());
        }
        let rows = rows_since(&admin, &mut seen).await;
        added.note(name, &rows);
        transcript.insert(name, (answered, rows));
    }
    drop(door);
    app.stop().await;
    transcript
}

/// What an agent shows before it does it.
async fn destructive() -> Vec<String> {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let listed = app.super_admin().await.get("/v1/admin/operations").await.expect(200).body;
    app.stop().await;
    let all = listed["operations"].as_array().unwrap().iter();
    let destructive = all.filter(|operation| operation["effect"] == "destructive");
    destructive.map(|operation| operation["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_operation_is_the_same_through_every_door() {
    for backend in Backend::all() {
        let (http, destructive) = (transcript(backend, 0, true).await, destructive().await);
        let done = http.values().filter(|(answered, _)| answered.is_ok()).count();
        assert!(done * 3 > http.len() * 2, "most of them do something: {done} of {}", http.len());
        pages::do_the_same(backend, &http, &transcript(backend, 3, true).await);
        for (door, name) in [(1, "the command line"), (2, "an agent")] {
            let other = transcript(backend, door, true).await;
            for (operation, expected) in &http {
                let found = &other[operation];
                assert_eq!(comparable(&found.0), comparable(&expected.0), "{backend:?}, {name}: {operation}");
                // What would be refused is not tried, so an agent's preview of it leaves no row.
                let is_shown_first = door == 2 && destructive.iter().any(|name| name == operation);
                let is_untried = is_shown_first && expected.0.is_err() && found.1.is_empty();
                assert!(is_untried || found.1 == expected.1, "{backend:?}, {name}, {operation}: {:?}", found.1);
            }
        }
    }
}

/// An agent is not even offered what its owner may not do; the command line asks, and the refusal is written down.
#[tokio::test]
async fn who_may_not_is_refused_through_every_door() {
    for backend in Backend::all() {
        let http = transcript(backend, 0, false).await;
        let typed = transcript(backend, 1, false).await;
        let agent = transcript(backend, 2, false).await;
        pages::do_the_same(backend, &http, &transcript(backend, 3, false).await);
        for (operation, (expected, rows)) in &http {
            assert_eq!(comparable(&typed[operation].0), comparable(expected), "{operation}");
            assert_eq!(&typed[operation].1, rows, "{operation}");
            let Err(why) = expected else { continue };
            assert!(agent[operation].0.is_err(), "{operation}");
            if why.contains("permission") {
                assert!(agent[operation].0.as_ref().unwrap_err().contains("no tool"), "{operation}");
            }
        }
    }
}

#[tokio::test]
async fn the_script_holds_every_operation() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let admin = app.super_admin().await;
    let listed = admin.get("/v1/admin/operations").await.expect(200).body;
    let listed = listed["operations"].as_array().unwrap().iter().map(|operation| operation["name"].as_str().unwrap());
    let mut listed: Vec<&str> = listed.collect();
    let mut scripted: Vec<&str> = script().into_iter().map(|(name, _)| name).collect();
    listed.sort_unstable();
    scripted.sort_unstable();
    assert_eq!(listed, scripted);
    app.stop().await;
}
