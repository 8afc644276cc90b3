//! What the identity provider tells: each event counts once, and the newest stays.

use aedile_accounts::AccountStatus;
use serde_json::json;

use super::{WEBHOOK_SECRET, changed, deleted, known, mint, now_seconds, problem, rows, send_event, send_signed};
use crate::support::{IdentityProvider, TestApp, on_each_backend_with};

const WITH_SECRET: [&str; 2] = ["--clerk-webhook-secret", WEBHOOK_SECRET];

async fn email(app: &TestApp, user: &str) -> Option<String> {
    known(app, user).await.unwrap().email
}

#[tokio::test]
async fn a_user_is_written_down_and_changed() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        let before = rows(&root, "action=user.provision").await;
        send_event(app, "msg_1", &changed("user.created", "user_ada", "Ada@Example.com", 0)).await.expect(200);
        let ada = known(app, "user_ada").await.unwrap();
        assert_eq!((ada.email.as_deref(), ada.email_verified), (Some("ada@example.com"), true));
        assert_eq!((ada.display_name.as_deref(), ada.status), (Some("Ada Lovelace"), AccountStatus::Active));
        let mut event = changed("user.updated", "user_ada", "new@example.com", 1);
        event["data"]["email_addresses"][0]["verification"] = json!({ "status": "unverified" });
        send_event(app, "msg_2", &event).await.expect(200);
        let ada = known(app, "user_ada").await.unwrap();
        assert_eq!((ada.email.as_deref(), ada.email_verified), (Some("new@example.com"), false));
        let log = root.get("/admin/system/audit?action=user.provision&limit=1").await.expect(200);
        assert_eq!(
            (log.body["total"].as_u64().unwrap() - before, &log.body["logs"][0]["actor_id"]),
            (2, &json!("system"))
        );
        assert_eq!(log.body["logs"][0]["resource_id"], "user_ada");
    })
    .await;
}

#[tokio::test]
async fn an_event_counts_once_and_an_older_one_not_at_all() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        let first = changed("user.updated", "user_ada", "first@example.com", 10);
        send_event(app, "msg_1", &first).await.expect(200);
        send_event(app, "msg_2", &changed("user.updated", "user_ada", "second@example.com", 20)).await.expect(200);
        let before = rows(&root, "").await;
        for _ in 0..2 {
            send_event(app, "msg_1", &first).await.expect(200);
            send_event(app, "msg_2", &changed("user.updated", "user_ada", "forged@example.com", 99)).await.expect(200);
        }
        send_event(app, "msg_3", &changed("user.updated", "user_ada", "late@example.com", 19)).await.expect(200);
        send_event(app, "msg_4", &changed("user.created", "user_ada", "later@example.com", 0)).await.expect(200);
        assert_eq!(email(app, "user_ada").await.as_deref(), Some("second@example.com"));
        assert_eq!(rows(&root, "").await, before);
        send_event(app, "msg_5", &changed("user.updated", "user_ada", "third@example.com", 21)).await.expect(200);
        assert_eq!(email(app, "user_ada").await.as_deref(), Some("third@example.com"));
    })
    .await;
}

/// Where the payload does not say of when it is, the time of its sending counts.
#[tokio::test]
async fn the_time_of_sending_stands_in() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let at = |email: &str| {
            let mut event = changed("user.updated", "user_ada", email, 0);
            event["data"].as_object_mut().unwrap().remove("updated_at");
            event.to_string()
        };
        let now = now_seconds();
        for (id, off, address, expected) in [
            ("msg_1", 0, "now@example.com", "now@example.com"),
            ("msg_2", -60, "before@example.com", "now@example.com"),
            ("msg_3", 60, "after@example.com", "after@example.com"),
        ] {
            send_signed(app, id, now + off, &at(address)).await.expect(200);
            assert_eq!(email(app, "user_ada").await.as_deref(), Some(expected), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_event_that_comes_several_times_at_once_counts_once() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        let before = rows(&root, "action=user.provision").await;
        for round in 0..5 {
            let event = changed("user.created", &format!("user_{round}"), "ada@example.com", 0);
            let id = format!("msg_{round}");
            let send = || send_event(app, &id, &event);
            let (one, two, three, four) = tokio::join!(send(), send(), send(), send());
            for reply in [one, two, three, four] {
                reply.expect(200);
            }
        }
        assert_eq!(rows(&root, "action=user.provision").await - before, 5);
    })
    .await;
}

#[tokio::test]
async fn who_is_gone_is_gone_at_once_and_stays_gone() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        app.assign("user_ada", "viewer").await;
        send_event(app, "msg_1", &changed("user.created", "user_ada", "ada@example.com", 0)).await.expect(200);
        let user = app.claimed_admin("user_ada");
        let (cli, _) = mint(app, &user).await;
        user.get("/admin/system/roles").await.expect(200);
        send_event(app, "msg_2", &deleted("user_ada")).await.expect(200);
        for caller in [&user, &cli] {
            problem(caller.get("/v1/flags").await, 401);
        }
        let ada = known(app, "user_ada").await.unwrap();
        assert_eq!((ada.status, ada.email, ada.display_name), (AccountStatus::Deleted, None, None));
        let log = root.get("/admin/system/audit?action=account.delete").await.expect(200);
        assert_eq!((&log.body["total"], &log.body["logs"][0]["status"]), (&json!(1), &json!("success")));
        assert!(!log.text.contains("ada@example.com"), "{}", log.text);
        assert_eq!(rows(&root, "action=role.revoke&resource_type=role_assignment").await, 1);
        // Neither what comes late nor what comes again brings anybody back.
        send_event(app, "msg_3", &changed("user.updated", "user_ada", "ada@example.com", 99_999_999)).await.expect(200);
        send_event(app, "msg_4", &deleted("user_ada")).await.expect(200);
        assert_eq!(email(app, "user_ada").await, None);
        assert_eq!(rows(&root, "action=account.delete").await, 1);
        // Nor is anybody made of news about who was gone before they came.
        send_event(app, "msg_5", &deleted("user_never_seen")).await.expect(200);
        send_event(app, "msg_6", &changed("user.created", "user_never_seen", "x@example.com", 0)).await.expect(200);
        assert_eq!(known(app, "user_never_seen").await, None);
    })
    .await;
}

#[tokio::test]
async fn c_08_the_last_admin_stays_and_that_is_told_once() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        root.get("/v1/flags").await.expect(200);
        for _ in 0..2 {
            send_event(app, "msg_1", &deleted("user_root")).await.expect(200);
        }
        root.get("/admin/system/roles").await.expect(200);
        let log = root.get("/admin/system/audit?action=account.delete").await.expect(200);
        assert_eq!((&log.body["total"], &log.body["logs"][0]["status"]), (&json!(1), &json!("failure")));
        assert_eq!(log.body["logs"][0]["resource_id"], "user_root");
        let user = known(app, "user_root").await.unwrap();
        assert!(user.is_admin && user.status == AccountStatus::Active);
        // What is told of them later still counts, and with another admin beside them they may go.
        send_event(app, "msg_2", &changed("user.updated", "user_root", "root@example.com", 1)).await.expect(200);
        assert_eq!(email(app, "user_root").await.as_deref(), Some("root@example.com"));
        app.assign("user_other", "super-admin").await;
        app.user("user_other").get("/v1/flags").await.expect(200);
        app.database.execute("UPDATE users SET is_admin = TRUE WHERE id = 'user_other'");
        send_event(app, "msg_3", &deleted("user_root")).await.expect(200);
        root.get("/admin/system/roles").await.refused(401);
    })
    .await;
}

#[tokio::test]
async fn whom_the_provider_deleted_no_old_token_and_no_late_event_brings_back() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        for (user, is_known) in [("user_never_seen", false), ("user_seen", true)] {
            let holder = app.user(user);
            if is_known {
                holder.get("/v1/users/profile").await.expect(200);
            }
            send_event(app, &format!("msg_1_{user}"), &deleted(user)).await.expect(200);
            problem(holder.get("/v1/users/profile").await, 401);
            let late = changed("user.created", user, "ada@example.com", 9_999);
            send_event(app, &format!("msg_2_{user}"), &late).await.expect(200);
            problem(holder.get("/v1/users/profile").await, 401);
            let left = known(app, user).await;
            assert!(left.is_none_or(|left| left.status == AccountStatus::Deleted && left.email.is_none()), "{user}");
        }
    })
    .await;
}

/// Banned at the provider is refused here, also with a token from before; what an admin put on hold stays so.
#[tokio::test]
async fn who_is_banned_at_the_provider_is_refused_here() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        let ada = app.user("user_ada");
        ada.get("/v1/users/profile").await.expect(200);
        let told = |second: i64, banned: bool| {
            let mut event = changed("user.updated", "user_ada", "ada@example.com", second);
            event["data"]["banned"] = json!(banned);
            event
        };
        send_event(app, "msg_1", &told(10, true)).await.expect(200);
        ada.get("/v1/users/profile").await.expect(403);
        send_event(app, "msg_2", &told(9, false)).await.expect(200);
        ada.get("/v1/users/profile").await.expect(403);
        root.post("/v1/admin/abuse/hold-account/user_ada", json!({ "reason": "a chargeback" })).await.expect(200);
        send_event(app, "msg_3", &told(11, false)).await.expect(200);
        assert_eq!(known(app, "user_ada").await.unwrap().status, AccountStatus::Held);
        root.post("/v1/admin/abuse/release-account/user_ada", json!({})).await.expect(200);
        ada.get("/v1/users/profile").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_given_up_there_is_given_up_here() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        send_event(app, "msg_1", &changed("user.created", "user_ada", "ada@example.com", 0)).await.expect(200);
        let mut event = changed("user.updated", "user_ada", "ada@example.com", 1);
        event["data"]["email_addresses"] = json!([]);
        event["data"]["primary_email_address_id"] = json!(null);
        send_event(app, "msg_2", &event).await.expect(200);
        assert_eq!(email(app, "user_ada").await, None);
    })
    .await;
}

/// Who acts as a user at the provider stands in the audit log beside the user.
#[tokio::test]
async fn who_acts_as_a_user_is_audited() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let root = app.super_admin().await;
        let mut claims = IdentityProvider::claims("user_ada");
        claims.insert("act".into(), json!({ "sub": "user_support" }));
        let support = app.with_token(IdentityProvider::sign(&claims));
        support.patch("/v1/users/profile", json!({ "display_name": "Countess" })).await.expect(200);
        let log = root.get("/admin/system/audit?action=profile.update&limit=1").await.expect(200);
        let row = &log.body["logs"][0];
        assert_eq!(row["actor_id"], "user_ada");
        assert!(row["metadata"].as_str().unwrap().contains(r#""acted_by":"user_support""#), "{row}");
    })
    .await;
}
