//! Which credential runs which operation, through which entry point: by its own routes, by its name, as an agent's tool and
//! as a form. By whatever way, it is what the routes let in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use aedile_api::RouteDescription;
use aedile_kernel::Permission;
use reqwest::Method;
use serde_json::{Value, json};

use crate::operations::agents::asked;
use crate::support::{Caller, TestApp, on_each_backend_with};

/// A kind of credential.
struct Holder {
    /// Its letter in the snapshot, and what it is.
    letter: char,
    what: &'static str,
    caller: Caller,
    /// The same person's browser, if a browser can be theirs.
    browser: Option<Caller>,
}

/// What ends the very credential that asks is asked last.
const LAST: [&str; 3] = ["account.request_deletion", "cli_token.revoke", "session.sign_out"];

/// Where an operation stands by itself.
type ByOperation = BTreeMap<&'static str, Vec<RouteDescription>>;

fn routes() -> ByOperation {
    let mut all = ByOperation::new();
    for route in aedile_api::routes() {
        if let Some(operation) = route.operation {
            all.entry(operation).or_default().push(route);
        }
    }
    all
}

async fn holders(app: &TestApp) -> Vec<Holder> {
    let root = app.super_admin().await;
    let known = async |caller: Caller| {
        caller.get("/v1/users/profile").await.expect(200);
        caller
    };
    let flag = async |id: &str| root.post(&format!("/v1/admin/admins/{id}"), json!({})).await.expect(200);
    let local = async |name: &str, role: &str| {
        let (identifier, password) = (format!("{name}@example.com"), "a good password");
        let new = json!({ "identifier": identifier, "password": password, "role": role });
        let id = root.post("/admin/local-users", new).await.expect(201).body["user"]["id"].clone();
        app.assign(id.as_str().unwrap(), "super-admin").await;
        let attempt = json!({ "identifier": identifier, "password": password });
        let token = app.anonymous().post("/auth/login", attempt).await.expect(200).body["token"].clone();
        app.with_token(token.as_str().unwrap())
    };
    let (user, flagged) = (known(app.user("user_plain")).await, known(app.user("user_flagged")).await);
    app.assign("user_unclaimed", "super-admin").await;
    let (unclaimed, role) = (known(app.user("user_unclaimed")).await, known(app.with_role("super-admin").await).await);
    // The one whom the token acts for is not the one whom the keys act for: what ends the one leaves the other.
    let (typist, _) = (known(app.claimed_admin("user_typist")).await, known(app.claimed_admin("user_owner")).await);
    for admin in ["user_typist", "user_owner"] {
        app.assign(admin, "super-admin").await;
        flag(admin).await;
    }
    flag("user_flagged").await;
    let token = typist.post("/v1/auth/cli-tokens", json!({})).await.expect(201).body["token"].clone();
    let key = async |scopes: Value| {
        let wanted = json!({ "name": "bot", "owner_email": "user_owner@example.com", "scopes": scopes });
        let minted = root.post("/api/admin/api-keys", wanted).await.expect(201).body;
        app.with_token(minted["secret"].as_str().unwrap())
    };
    let browser = |cookie: &str, caller: &Caller| {
        let cookie = format!("{cookie}={}", caller.token());
        Some(app.anonymous().with_header("Cookie", &cookie).with_header("Origin", &app.url()))
    };
    let holder = |letter, what, caller, browser| Holder { letter, what, caller, browser };
    let (provider, here) = ("__session", "aedile_session");
    let (plain, claimed) = (local("plain", "user").await, local("claimed", "admin").await);
    vec![
        holder('.', "nothing", app.anonymous(), None),
        holder('u', "token of the identity provider", user.clone(), browser(provider, &user)),
        holder('f', "the same with the is_admin flag", flagged.clone(), browser(provider, &flagged)),
        holder('r', "the same with a role, without the admin claim", unclaimed.clone(), browser(provider, &unclaimed)),
        holder('R', "the same with a role and the admin claim", role.clone(), browser(provider, &role)),
        holder('l', "token of a local user with a role", plain.clone(), browser(here, &plain)),
        holder('L', "token of a local admin with a role", claimed.clone(), browser(here, &claimed)),
        holder(
            'c',
            "command-line token of an admin with flag, claim and role",
            app.with_token(token.as_str().unwrap()),
            None,
        ),
        holder('k', "API key of such an admin with admin:read", key(json!(["admin:read"])).await, None),
        holder('K', "API key of such an admin with admin:write", key(json!(["admin:write"])).await, None),
        holder('o', "operator's key", app.operator(), None),
    ]
}

/// Whether an answer is no refusal of who asks. What it says of the input shows that it was let in.
fn is_let_in(status: u16, text: &str) -> bool {
    let is_lack = text.contains("Missing permission") || text.contains("the X-Admin-Key header is missing");
    status != 401 && !(status == 403 && is_lack)
}

async fn by_route(caller: &Caller, route: &RouteDescription) -> bool {
    let path = route.path.replace("{id}", "999999").replace("{user_id}", "user_x");
    let path = ["{name}", "{slug}", "{token}"].iter().fold(path, |path, part| path.replace(part, "unheard-of"));
    // Each way is asked with the same sessions.
    let path = if route.operation == Some("session.end_all") { format!("{path}?keep_current=perhaps") } else { path };
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    let body = (!matches!(method, Method::GET | Method::HEAD)).then(|| json!({}));
    let reply = caller.send(method, &path, body).await;
    is_let_in(reply.status, &reply.text)
}

/// `None` where no operation is called so.
async fn by_name(caller: &Caller, operation: &str) -> Option<bool> {
    let reply = caller.post(&format!("/v1/admin/operations/{operation}"), json!({ "unheard_of": 1 })).await;
    (reply.status != 404).then(|| is_let_in(reply.status, &reply.text))
}

async fn as_tool(caller: &Caller, operation: &str) -> bool {
    let call = json!({ "name": operation.replace('.', "_"), "arguments": { "unheard_of": 1 } });
    let text = asked(caller, "tools/call", call).await["content"][0]["text"].clone();
    !text.as_str().unwrap().contains("no tool")
}

async fn in_form(browser: &Caller, token: &str, operation: &str) -> bool {
    let fields = [("form_token", token), ("unheard_of", "1")];
    let reply = browser.post_form(&format!("/dashboard/do/{operation}"), &fields).await;
    !matches!(reply.status, 403 | 404)
}

async fn form_token(browser: &Caller) -> String {
    let page = browser.get("/dashboard/settings").await.expect(200).text;
    page.split(r#"name="form_token" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The letters of whoever gets in, by each way.
#[derive(Default)]
struct Ways {
    routes: BTreeSet<char>,
    name: BTreeSet<char>,
    tool: BTreeSet<char>,
    form: BTreeSet<char>,
}

async fn ways(
    holders: &[Holder],
    tokens: &BTreeMap<char, String>,
    operation: &str,
    routes: &[RouteDescription],
) -> Ways {
    let mut ways = Ways::default();
    for Holder { letter, caller, browser, .. } in holders {
        if *letter != '.' {
            // By name and as a tool first: only a route may end the credential.
            ways.name.extend(by_name(caller, operation).await.unwrap_or_default().then_some(*letter));
            ways.tool.extend(as_tool(caller, operation).await.then_some(*letter));
        }
        if let Some(browser) = browser {
            ways.form.extend(in_form(browser, &tokens[letter], operation).await.then_some(*letter));
        }
        for route in routes {
            if by_route(caller, route).await {
                ways.routes.insert(*letter);
            }
        }
    }
    ways
}

/// In the order of the holders; `=` where it is the same as what it is compared with.
fn letters(holders: &[Holder], set: &BTreeSet<char>, same: Option<&BTreeSet<char>>) -> String {
    match (same == Some(set), set.is_empty()) {
        (_, true) => "-".to_owned(),
        (true, false) => "=".to_owned(),
        (false, false) => holders.iter().map(|holder| holder.letter).filter(|letter| set.contains(letter)).collect(),
    }
}

#[tokio::test]
async fn each_credential_runs_by_name_what_a_route_lets_it_run_and_nothing_else() {
    on_each_backend_with(&["--agents-allow-write"], async |app| {
        let (holders, routes) = (holders(app).await, routes());
        let mut tokens = BTreeMap::new();
        for Holder { letter, browser, .. } in &holders {
            if let Some(browser) = browser {
                tokens.insert(*letter, form_token(browser).await);
            }
        }
        let browsers: BTreeSet<char> = tokens.keys().copied().collect();
        let mut lines = BTreeMap::new();
        let mut operations: Vec<&str> = routes.keys().copied().collect();
        operations.sort_by_key(|operation| LAST.iter().position(|last| last == operation));
        for operation in operations {
            let found = ways(&holders, &tokens, operation, &routes[operation]).await;
            let permission = routes[operation][0].permission;
            if permission.is_administrative() {
                assert_eq!(found.name, found.routes, "{operation} by name");
                assert_eq!(found.tool, found.routes, "{operation} as a tool");
                assert_eq!(found.form, &found.routes & &browsers, "{operation} in a form");
            } else {
                assert!(found.name.is_empty() && found.tool.is_empty(), "{operation} is for oneself");
            }
            lines.insert(operation, line(&holders, &browsers, operation, permission, &found));
        }
        // Named, so that both databases are held against the one file.
        let name = "each_credential_runs_by_name_what_a_route_lets_it_run_and_nothing_else";
        insta::assert_snapshot!(name, format!("{}\n{}", legend(&holders), lines.into_values().collect::<String>()));
    })
    .await;
}

fn legend(holders: &[Holder]) -> String {
    let mut text = String::new();
    for Holder { letter, what, .. } in holders {
        writeln!(text, "{letter}  {what}").unwrap();
    }
    let columns = "routes, by name, as a tool, in a form; = the same as by routes, - nobody";
    writeln!(text, "\noperation, permission: {columns}").unwrap();
    text
}

fn line(
    holders: &[Holder],
    browsers: &BTreeSet<char>,
    operation: &str,
    permission: Permission,
    found: &Ways,
) -> String {
    let letters = |set, same| letters(holders, set, same);
    let (routes, name) = (letters(&found.routes, None), letters(&found.name, Some(&found.routes)));
    let tool = letters(&found.tool, Some(&found.routes));
    let form = letters(&found.form, Some(&(&found.routes & browsers)));
    format!("{operation:<30} {:<16} {routes:<12} {name:<2} {tool:<2} {form}\n", permission.as_str())
}
