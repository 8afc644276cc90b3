//! A change made at one instance acts at once there, and soon at the other.

use std::time::Duration;

use aedile_accounts::holds::HoldAccount;
use aedile_kernel::{Caller as KernelCaller, Topic, UserId};
use aedile_rbac::assignments::PromoteFromConsole;
use serde_json::{Value, json};

use super::pair::Pair;
use crate::support::{Backend, Binary, Caller, IdentityProvider, Reply, TestDatabase, eventually};

const PASSWORD: &str = "correct horse battery";

/// What somebody sees of a change: before it at both instances, after it here at once and there soon.
struct Watch<'a> {
    pair: &'a Pair,
}

/// The database tells of a change sooner than the two seconds after which every fact is read again anyway.
const SOON: Duration = Duration::from_millis(1_500);

impl Watch<'_> {
    async fn see<C, S>(&self, what: &str, look: impl Fn(Caller) -> S, who: &Caller, change: C)
    where
        C: Future<Output = Reply>,
        S: Future<Output = bool>,
    {
        let there = self.pair.there(who);
        assert!(!look(who.clone()).await && !look(there.clone()).await, "{what}: before");
        let done = change.await;
        assert!((200..300).contains(&done.status), "{what}: {}", done.text);
        assert!(look(who.clone()).await, "{what}: not on the very next request");
        eventually(SOON, what, || look(there.clone())).await;
    }
}

async fn may_list(caller: Caller) -> bool {
    caller.get("/admin/system/flags").await.status == 200
}

async fn may_not_list(caller: Caller) -> bool {
    !may_list(caller).await
}

async fn has_flag(caller: Caller) -> bool {
    caller.get("/v1/flags").await.expect(200).body["flags"]["beta"] == true
}

async fn is_announced(caller: Caller) -> bool {
    caller.get("/v1/announcements").await.expect(200).body["total"] == 1
}

async fn is_refused_at_the_gateway(caller: Caller) -> bool {
    let caller = caller.with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/reports/1");
    caller.get("/gateway/authorize").await.status == 403
}

async fn roles(watch: &Watch<'_>, root: &Caller) {
    let (ada, role) = (watch.pair.app.claimed_admin("user_ada"), "flag-reader");
    let new = json!({ "role_name": role, "display_name": role, "permissions": ["admin:read"] });
    let id = root.post("/admin/system/roles", new).await.expect(201).body["role"]["id"].clone();
    let of_role = format!("/admin/system/roles/{id}");
    let assign = root.post("/admin/system/roles/assign", json!({ "clerk_user_id": "user_ada", "role_name": role }));
    watch.see("an assignment", may_list, &ada, assign).await;
    let less = root.patch(&of_role, json!({ "permissions": ["users:read"] }));
    watch.see("a role that gives less", may_not_list, &ada, less).await;
    let more = root.patch(&of_role, json!({ "permissions": ["admin:read"] }));
    watch.see("a role that gives more", may_list, &ada, more).await;
    let revoke = format!("/admin/system/roles/revoke?clerk_user_id=user_ada&role_name={role}");
    watch.see("a revocation", may_not_list, &ada, root.delete(&revoke)).await;
}

/// A local user of the tier free, and the path of their record.
async fn local_user(watch: &Watch<'_>, root: &Caller, identifier: &str) -> (Caller, String) {
    let new = json!({ "identifier": identifier, "password": PASSWORD, "tier": "free" });
    let id = root.post("/admin/local-users", new).await.expect(201).body["user"]["id"].clone();
    let login = json!({ "identifier": identifier, "password": PASSWORD });
    let session = watch.pair.app.anonymous().post("/auth/login", login).await.expect(200).body;
    let user = watch.pair.app.with_token(session["token"].as_str().unwrap());
    (user, format!("/admin/local-users/{}", id.as_str().unwrap()))
}

async fn local_users(watch: &Watch<'_>, root: &Caller) {
    let (bob, of_bob) = local_user(watch, root, "bob@example.com").await;
    let is_blocked = |caller: Caller| async move { caller.get("/v1/flags").await.status == 403 };
    let is_gone = |caller: Caller| async move { caller.get("/v1/flags").await.status == 401 };
    let is_pro = |caller: Caller| async move {
        let caller = caller.with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/open");
        caller.get("/gateway/authorize").await.expect(200).header("x-auth-tier") == Some("pro")
    };
    let to_pro = root.patch(&of_bob, json!({ "tier": "pro" }));
    watch.see("another tier", is_pro, &bob, to_pro).await;
    let disable = root.patch(&of_bob, json!({ "api_disabled": 1 }));
    watch.see("a disabled user", is_blocked, &bob, disable).await;
    watch.see("a deleted user", is_gone, &bob, root.delete(&of_bob)).await;
}

async fn rules_and_flags(watch: &Watch<'_>, root: &Caller) {
    let (cy, _) = local_user(watch, root, "cy@example.com").await;
    let flag = json!({ "flag_name": "beta", "enabled": true, "target_tiers": ["free"] });
    watch.see("a new flag", has_flag, &cy, root.post("/admin/system/flags", flag)).await;
    let rule = json!({ "path_pattern": "/reports/*", "required_tier": "pro" });
    let made = root.post("/admin/system/endpoints", rule);
    watch.see("an override", is_refused_at_the_gateway, &cy, made).await;
    let notice = json!({ "title": "Soon", "body": "Very soon" });
    watch.see("an announcement", is_announced, &cy, root.post("/admin/system/announcements", notice)).await;
    let has_none = |caller: Caller| async move { !has_flag(caller).await };
    let flags = root.get("/admin/system/flags").await.expect(200).body["flags"].clone();
    let of_flag = format!("/admin/system/flags/{}", flags[0]["id"]);
    watch.see("a flag that is off", has_none, &cy, root.patch(&of_flag, json!({ "enabled": false }))).await;
}

#[tokio::test]
async fn a_change_acts_at_the_other_instance_soon() {
    let Some(pair) = Pair::start(&[]).await else { return };
    let (root, watch) = (pair.app.super_admin().await, Watch { pair: &pair });
    for tier in ["free", "pro"] {
        // Who watches asks more often than these tiers may.
        root.put(&format!("/admin/system/tiers/{tier}"), json!({ "rate_limit": 0 })).await.expect(200);
    }
    tokio::join!(roles(&watch, &root), local_users(&watch, &root), rules_and_flags(&watch, &root));
    pair.stop().await;
}

/// Waits until the other instance has heard of a change of `topic`, and answers what it then says to the very next request.
async fn once_heard<C: Future>(pair: &Pair, topic: Topic, change: C, caller: &Caller, path: &str) -> Reply {
    let epochs = pair.other.runner().epochs();
    let before = epochs.current(topic);
    change.await;
    let heard = || async { epochs.current(topic) > before };
    eventually(Duration::from_secs(10), "the other instance hears of it", heard).await;
    pair.there(caller).get(path).await
}

#[tokio::test]
async fn the_first_request_after_an_invalidation_is_judged_anew() {
    let Some(pair) = Pair::start(&[]).await else { return };
    let (app, console) = (&pair.app, KernelCaller::console());
    let (ada, flags) = (app.claimed_admin("user_ada"), "/admin/system/flags");
    pair.there(&ada).get(flags).await.refused(403);
    let promote = app.server.runner().command(&console, PromoteFromConsole { user: "user_ada".into() });
    once_heard(&pair, Topic::Access, promote, &ada, flags).await.expect(200);

    let flag = ada.post(flags, json!({ "flag_name": "beta", "enabled": true }));
    let seen = once_heard(&pair, Topic::Flags, flag, &ada, "/v1/flags").await.expect(200);
    assert_eq!(seen.body["flags"]["beta"], true, "{}", seen.text);

    let bob = app.user("user_bob");
    pair.there(&bob).get("/v1/flags").await.expect(200);
    let user_id = UserId::parse("user_bob").unwrap();
    let hold = app.server.runner().command(&console, HoldAccount { user_id, reason: "for a test".into() });
    once_heard(&pair, Topic::Access, hold, &bob, "/v1/flags").await.expect(403);
    pair.stop().await;
}

#[tokio::test]
async fn what_the_console_does_acts_on_a_running_server() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider).with("AEDILE_RATE_ADMIN", "0");
        let server = binary.serve(&[]).await;
        for round in 0..3 {
            let id = format!("user_{round}");
            let admin = server.caller(Some(&IdentityProvider::token(&id, true)));
            admin.get("/admin/system/flags").await.refused(403);
            binary.run(&["admins", "promote", &id]).expect(0);
            let acts = || async { admin.get("/admin/system/flags").await.status == 200 };
            eventually(Duration::from_millis(1_000), "the promotion acts", acts).await;
        }
        provider.stop().await;
    }
}

#[tokio::test]
async fn c_10_nobody_gets_in_after_the_answer_to_the_revocation() {
    let Some(pair) = Pair::start(&[]).await else { return };
    let root = pair.app.super_admin().await;
    for round in 0..5 {
        let editor = pair.app.claimed_admin("user_editor");
        let assign = json!({ "clerk_user_id": "user_editor", "role_name": "editor" });
        root.post("/admin/system/roles/assign", assign.clone()).await.expect(200);
        editor.get("/admin/system/flags").await.expect(200);
        // Readers keep the cache busy all the while.
        let busy: Vec<_> = (0..4)
            .map(|_| {
                let editor = editor.clone();
                tokio::spawn(async move { while editor.get("/admin/system/flags").await.status == 200 {} })
            })
            .collect();
        let revoked = root.send(reqwest::Method::DELETE, "/admin/system/roles/revoke", Some(assign)).await;
        revoked.expect(200);
        for n in 0..10 {
            let body = json!({ "flag_name": format!("late-{round}-{n}") });
            editor.post("/admin/system/flags", body).await.refused(403);
        }
        for reader in busy {
            reader.await.unwrap();
        }
    }
    let flags = root.get("/admin/system/flags").await.expect(200);
    assert_eq!(flags.body["flags"], Value::Array(Vec::new()));
    pair.stop().await;
}
