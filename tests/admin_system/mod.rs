//! `/admin`, `/auth` and `/gateway`'s neighbours: access control and operations.

mod announcements;
mod assignments;
mod audit;
mod context;
mod endpoints;
mod flags;
mod invitations;
mod local_users;
mod paging;
mod passwords;
mod reach;
mod refusals;
mod roles;
mod scopes;
mod second_factor;
mod sequence;
mod sign_in;
mod tiers;
mod usage;

use serde_json::{Value, json};

use crate::support::{Backend, Caller, Reply, TestApp};

/// The id that administrators of these tests give to their requests.
const REQUEST_ID: &str = "a-request-of-a-test";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A super-admin, and the id that audit rows know them by.
struct Admin {
    caller: Caller,
    id: String,
}

impl std::ops::Deref for Admin {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Admin {
    /// One whom the identity provider vouches for.
    async fn of_provider(app: &TestApp) -> Self {
        // A first request makes them and their address known.
        app.claimed_admin("user_root").get("/admin/system/my-context").await.expect(200);
        let caller = app.super_admin().await.with_header("X-Request-Id", REQUEST_ID);
        Self { caller, id: "user_root".into() }
    }

    /// One who signed in here.
    async fn of_sign_in(app: &TestApp) -> Self {
        let root = Self::of_provider(app).await;
        let id = local_user(&root, "admin@example.com", "admin").await;
        app.assign(&id, "super-admin").await;
        let caller = sign_in(app, "admin@example.com").await.with_header("X-Request-Id", REQUEST_ID);
        Self { caller, id }
    }
}

/// Runs a test for both kinds of super-admin on each database.
async fn as_each_admin(test: impl AsyncFn(&TestApp, &Admin)) {
    for backend in Backend::all() {
        for is_local in [false, true] {
            let app = TestApp::start(backend, &[]).await;
            let admin = if is_local { Admin::of_sign_in(&app).await } else { Admin::of_provider(&app).await };
            test(&app, &admin).await;
            app.stop().await;
        }
    }
}

/// Makes a local user, and gives their id.
pub(crate) async fn local_user(admin: &Caller, identifier: &str, role: &str) -> String {
    let new = json!({ "identifier": identifier, "password": PASSWORD, "role": role });
    let made = admin.post("/admin/local-users", new).await.expect(201);
    made.body["user"]["id"].as_str().unwrap().to_owned()
}

/// Signs a local user in.
async fn sign_in(app: &TestApp, identifier: &str) -> Caller {
    let attempt = json!({ "identifier": identifier, "password": PASSWORD });
    let reply = app.anonymous().post("/auth/login", attempt).await.expect(200);
    app.with_token(reply.body["token"].as_str().unwrap())
}

/// Somebody with the admin claim and a role of exactly these permissions.
async fn holder(app: &TestApp, admin: &Caller, user: &str, permissions: &[&str]) -> Caller {
    let role = format!("role-of-{user}");
    let new = json!({ "role_name": role, "display_name": role, "permissions": permissions });
    admin.post("/admin/system/roles", new).await.expect(201);
    let assignment = json!({ "clerk_user_id": user, "role_name": role });
    admin.post("/admin/system/roles/assign", assignment).await.expect(200);
    app.claimed_admin(user).with_header("X-Request-Id", REQUEST_ID)
}

/// Sends the same thing eight times at once: one is made, the others conflict.
async fn made_once(caller: &Caller, path: &str, body: &Value) {
    let attempts: Vec<_> = (0..8)
        .map(|_| {
            let (caller, path, body) = (caller.clone(), path.to_owned(), body.clone());
            tokio::spawn(async move { caller.post(&path, body).await.status })
        })
        .collect();
    let mut statuses = Vec::new();
    for attempt in attempts {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409], "{path}");
}

/// The same request with the same key is done once; with the key, another one is refused.
async fn keyed_once(caller: &Caller, path: &str, body: &Value, other: &Value) {
    let mut trail = Trail::of(caller).await;
    let keyed = caller.with_header("Idempotency-Key", "a-key-of-mine");
    let first = keyed.post(path, body.clone()).await.expect(201);
    assert_eq!(first.header("idempotent-replayed"), None);
    let again = keyed.post(path, body.clone()).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.body, first.body);
    let done = trail.new_rows().await;
    assert_eq!(done.len(), 1, "{done:?}");
    keyed.post(path, other.clone()).await.refused(422);
    caller.with_header("Idempotency-Key", &"x".repeat(256)).post(path, other.clone()).await.refused(400);
    caller.with_header("Idempotency-Key", "another-key").post(path, other.clone()).await.expect(201);
}

/// Compares field for field. `<id>`, `<time>` and `<time Z>` stand for any number, time without and time with a zone.
#[track_caller]
fn assert_like(actual: &Value, expected: &Value) {
    assert_eq!(&masked(actual, expected), expected);
}

fn masked(actual: &Value, expected: &Value) -> Value {
    let is_time = |zone: &str| actual.as_str().is_some_and(|text| is_time(text, zone));
    match (actual, expected) {
        (_, Value::String(mask)) if mask == "<id>" && actual.as_i64().is_some_and(|id| id > 0) => expected.clone(),
        (_, Value::String(mask)) if mask == "<time>" && is_time("") => expected.clone(),
        (_, Value::String(mask)) if mask == "<time Z>" && is_time("Z") => expected.clone(),
        (Value::Object(fields), Value::Object(wanted)) => {
            let one = |(name, value): (&String, &Value)| {
                (name.clone(), wanted.get(name).map_or_else(|| value.clone(), |wanted| masked(value, wanted)))
            };
            Value::Object(fields.iter().map(one).collect())
        }
        (Value::Array(items), Value::Array(wanted)) if items.len() == wanted.len() => {
            items.iter().zip(wanted).map(|(item, wanted)| masked(item, wanted)).collect()
        }
        _ => actual.clone(),
    }
}

/// `2025-01-15T10:30:00`, and then the zone.
fn is_time(text: &str, zone: &str) -> bool {
    text.strip_suffix(zone).is_some_and(|text| {
        text.len() == 19
            && text.chars().zip("0000-00-00T00:00:00".chars()).all(|(is, shape)| match shape {
                '0' => is.is_ascii_digit(),
                shape => is == shape,
            })
    })
}

/// Reads a value that comes as JSON inside a string.
#[track_caller]
fn inner(value: &Value) -> Value {
    serde_json::from_str(value.as_str().unwrap()).unwrap()
}

/// The audit log from now on. That somebody was seen for the first time is left out.
struct Trail {
    reader: Caller,
    seen: i64,
}

impl Trail {
    async fn of(reader: &Caller) -> Self {
        let mut trail = Self { reader: reader.clone(), seen: 0 };
        trail.new_rows().await;
        trail
    }

    /// The rows since the last look, oldest first.
    async fn new_rows(&mut self) -> Vec<Value> {
        let reply = self.reader.get("/admin/system/audit?limit=100").await.expect(200);
        let is_new = |row: &&Value| row["id"].as_i64().unwrap() > self.seen && row["action"] != "user.provision";
        let mut rows: Vec<Value> = reply.body["logs"].as_array().unwrap().iter().filter(is_new).cloned().collect();
        rows.reverse();
        let newest = reply.body["logs"].get(0);
        self.seen = newest.map_or(self.seen, |row| row["id"].as_i64().unwrap());
        rows
    }

    /// There is exactly one new row, and it says this.
    async fn says(&mut self, action: &str, kind: &str, id: impl ToString, status: &str) -> Value {
        let rows = self.new_rows().await;
        let said: Vec<_> = rows
            .iter()
            .map(|row| [&row["action"], &row["resource_type"], &row["resource_id"], &row["status"]])
            .collect();
        assert_eq!(said, [[&json!(action), &json!(kind), &json!(id.to_string()), &json!(status)]]);
        assert_eq!(inner(&rows[0]["metadata"])["request_id"], REQUEST_ID);
        rows[0].clone()
    }

    /// There is exactly one new row, of something that has no id yet.
    async fn says_of_none(&mut self, action: &str, status: &str) {
        let rows = self.new_rows().await;
        let said: Vec<_> = rows.iter().map(|row| [&row["action"], &row["resource_id"], &row["status"]]).collect();
        assert_eq!(said, [[&json!(action), &Value::Null, &json!(status)]]);
    }

    async fn is_silent(&mut self) {
        let rows = self.new_rows().await;
        assert!(rows.is_empty(), "{rows:?}");
    }
}

/// A refusal's reason is in its audit row.
#[track_caller]
fn assert_reason(row: &Value, reply: &Reply) {
    let metadata = inner(&row["metadata"]);
    assert_eq!((&metadata["error"], &metadata["code"]), (&reply.body["error"], &reply.body["code"]));
}
