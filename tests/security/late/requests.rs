//! Requests whose bodies take their time, one for each way to an operation.

use std::time::Duration;

use serde_json::{Value, json};

use crate::entry_points::agreed_form;
use crate::support::{TestApp, Wire, exchange};

/// By what a request is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    SigningIn,
    Flag,
    Role,
}

/// How a refusal looks.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Problem,
    Sentence,
    Envelope,
    Page,
    ToolResult,
}

/// Somebody who acts, and with what.
pub(super) struct Actor {
    pub(super) id: String,
    pub(super) bearer: String,
    /// The session of their browser, if they have one.
    pub(super) cookie: Option<String>,
    pub(super) role: String,
    pub(super) role_number: String,
    /// The id of the API key, when it is one.
    pub(super) key: String,
    /// Whether they may do something by their role.
    pub(super) by_role: bool,
}

/// A request, before it is sent.
pub(super) struct Request {
    name: String,
    by: By,
    is_administrative: bool,
    changes: bool,
    head: String,
    body: String,
    shape: Shape,
}

impl Actor {
    /// Whether they signed in with a password.
    pub(super) fn is_local(&self) -> bool {
        self.cookie.as_ref().is_some_and(|cookie| cookie.starts_with("aedile_session="))
    }

    /// A program that acts for a user.
    pub(super) fn of_program(id: &str, bearer: String) -> Self {
        let none = String::new;
        let id = id.to_owned();
        Self { id, bearer, cookie: None, role: none(), role_number: none(), key: none(), by_role: false }
    }

    /// One request for each way to an operation, each of which would be done.
    pub(super) async fn requests(&self, app: &TestApp) -> Vec<Request> {
        let mut all = Vec::new();
        if self.key.is_empty() {
            let name = json!({ "display_name": "Late" });
            let own = self.request("PATCH", "/v1/users/profile", By::SigningIn, Shape::Problem, &name);
            all.push(Request { is_administrative: false, ..own });
            let category = |n: u32| json!({ "name": format!("{} {n}", self.id) });
            let routed = ("/v1/admin/categories", Shape::Problem, category(0));
            all.extend(self.ways(app, By::Flag, "category.create", routed, category).await);
        } else {
            let email = format!("{}@example.com", self.id);
            let grant = |_| json!({ "email": email, "amount": "1" });
            let routed = json!({ "email": email, "amount_usd": 1 });
            let routed = ("/api/v1/admin/credits/grant", Shape::Sentence, routed);
            all.extend(self.ways(app, By::Flag, "credits.grant", routed, grant).await);
        }
        if self.by_role {
            let flag = |n: u32| json!({ "flag_name": format!("flag-{}-{n}", self.id.replace('_', "-")) });
            let routed = ("/admin/system/flags", Shape::Envelope, flag(0));
            all.extend(self.ways(app, By::Role, "flag.create", routed, flag).await);
        }
        all
    }

    /// An operation by its route, by its name, previewed, by an agent, and in a form.
    async fn ways(
        &self,
        app: &TestApp,
        by: By,
        operation: &str,
        (path, shape, routed): (&str, Shape, Value),
        input: impl Fn(u32) -> Value,
    ) -> Vec<Request> {
        let named = format!("/v1/admin/operations/{operation}");
        let previewed = format!("{named}?dry_run=true");
        let previewed = self.request("POST", &previewed, by, Shape::Problem, &input(9));
        let call = json!({ "name": operation.replace('.', "_"), "arguments": input(2) });
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
        let mut ways = vec![
            self.request("POST", path, by, shape, &routed),
            self.request("POST", &named, by, Shape::Problem, &input(1)),
            Request { changes: false, ..previewed },
            self.request("POST", "/mcp", by, Shape::ToolResult, &call),
        ];
        if let Some(cookie) = &self.cookie {
            let browser = app.anonymous().with_header("Cookie", cookie).with_header("Origin", &app.url());
            let agreed = agreed_form(&browser, operation, &input(3)).await.unwrap().unwrap();
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(agreed).finish();
            let fields = format!("Cookie: {cookie}\r\nOrigin: {}\r\n", app.url());
            let path = format!("/dashboard/do/{operation}");
            let kind = "application/x-www-form-urlencoded";
            ways.push(request("POST", &path, by, Shape::Page, &format!("{fields}Content-Type: {kind}\r\n"), body));
        }
        ways
    }

    fn request(&self, method: &str, path: &str, by: By, shape: Shape, body: &Value) -> Request {
        let fields = format!(
            "Authorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-06-18\r\n",
            self.bearer
        );
        request(method, path, by, shape, &fields, body.to_string())
    }
}

fn request(method: &str, path: &str, by: By, shape: Shape, fields: &str, body: String) -> Request {
    let length = body.len();
    Request {
        name: format!("{method} {path}"),
        by,
        is_administrative: true,
        changes: true,
        head: format!("{method} {path} HTTP/1.1\r\n{fields}Content-Length: {length}\r\nConnection: close\r\n"),
        body,
        shape,
    }
}

/// A request of which all but the last byte was sent.
pub(super) struct Late {
    pub(super) name: String,
    pub(super) by: By,
    pub(super) is_administrative: bool,
    wire: Wire,
    rest: u8,
    changes: bool,
    shape: Shape,
}

impl Late {
    /// Sends a request but for its last byte.
    pub(super) fn begin(app: &TestApp, request: Request) -> Self {
        let Request { name, by, is_administrative, changes, head, body, shape } = request;
        let (rest, sent) = body.as_bytes().split_last().unwrap();
        let mut wire = Wire::to(&app.url());
        let host = app.url().replace("http://", "");
        assert!(wire.send(format!("{head}Host: {host}\r\n\r\n")) && wire.send(sent));
        Self { name, by, is_administrative, wire, rest: *rest, changes, shape }
    }

    /// Sends the last byte; the answer.
    pub(super) async fn finish(self) -> Answer {
        let Self { mut wire, rest, changes, shape, .. } = self;
        let received = tokio::task::spawn_blocking(move || {
            wire.send([rest]);
            wire.receive(Duration::from_secs(15))
        });
        Answer { text: received.await.unwrap(), changes, shape }
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) text: String,
    /// Whether what it did leaves a row.
    pub(super) changes: bool,
    shape: Shape,
}

impl Answer {
    fn status(&self) -> u16 {
        self.text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    fn is_error_of_tool(&self) -> bool {
        self.text.contains("\"isError\":true")
    }

    /// Whether it was done.
    pub(super) fn is_done(&self) -> bool {
        (200..300).contains(&self.status()) && !self.is_error_of_tool()
    }

    /// Fails unless it was refused as the family refuses.
    #[track_caller]
    pub(super) fn is_refused_in_its_shape(&self, status: u16, what: &str) {
        let (expected, mark) = match self.shape {
            Shape::Problem => (status, "application/problem+json"),
            Shape::Sentence => (status, "{\"error\":\""),
            Shape::Envelope => (status, "{\"success\":false,\"error\":\""),
            Shape::Page => (status, "<!doctype html>"),
            Shape::ToolResult => (200, "\"isError\":true"),
        };
        assert_eq!(self.status(), expected, "{what}: {}", self.text);
        assert!(self.text.to_lowercase().contains(&mark.to_lowercase()), "{what}: {}", self.text);
    }
}

/// Waits until the server has seen the heads that were sent before: it takes connections and their bytes in order, and
/// each of its two workers has answered somebody who came later.
pub(super) async fn are_admitted(app: &TestApp) {
    for _ in 0..4 {
        let later = b"GET /health/live HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".to_vec();
        assert!(exchange(&app.url(), later).await.starts_with("HTTP/1.1 200"));
    }
}
