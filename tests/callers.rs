//! Who calls is who calls: under load, at first sight, and the moment rights are taken away.

use std::sync::Arc;

use serde_json::json;

use crate::support::{Caller, IdentityProvider, TestApp, on_each_backend};

/// Bounded by count, so that a slow machine only takes longer: 64 in flight, 6,400 in all on each database.
const IN_FLIGHT: usize = 64;
const EACH: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn c_11_no_answer_goes_to_another_caller() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        let viewer = app.with_role("viewer").await;
        let kinds: Arc<Vec<(Option<&str>, Caller)>> = Arc::new(vec![
            (None, app.anonymous()),
            (Some("user_root"), root),
            (Some("user_viewer"), viewer),
            (Some("user_none"), app.claimed_admin("user_none")),
        ]);
        let flights: Vec<_> = (0..IN_FLIGHT)
            .map(|flight| {
                let kinds = Arc::clone(&kinds);
                tokio::spawn(async move {
                    for n in 0..EACH {
                        let (user, caller) = &kinds[(flight + n) % kinds.len()];
                        let reply = caller.get("/admin/system/my-context").await;
                        assert_eq!(reply.status, if user.is_some() { 200 } else { 401 }, "{}", reply.text);
                        assert_eq!(reply.body["context"]["clerk_user_id"].as_str(), *user);
                    }
                })
            })
            .collect();
        for flight in flights {
            flight.await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn c_10_after_a_revocation_nothing_succeeds() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        let editor = app.claimed_admin("user_editor");
        let assignment = json!({ "clerk_user_id": "user_editor", "role_name": "editor" });
        for round in 0..25 {
            root.post("/admin/system/roles/assign", assignment.clone()).await.expect(200);
            assert_eq!(editor.get("/admin/system/flags").await.status, 200, "round {round}");
            root.send(reqwest::Method::DELETE, "/admin/system/roles/revoke", Some(assignment.clone()))
                .await
                .expect(200);
            assert_eq!(editor.get("/admin/system/flags").await.status, 403, "round {round}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_seen_by_many_requests_at_once_is_written_down_once() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        root.get("/admin/system/my-context").await.expect(200);
        let newcomer = app.user("user_new");
        let requests: Vec<_> = (0..20)
            .map(|_| {
                let newcomer = newcomer.clone();
                tokio::spawn(async move { newcomer.get("/v1/flags").await.status })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), 200);
        }
        let rows = root.get("/admin/system/audit?action=user.provision&actor_id=user_new").await.expect(200);
        assert_eq!(rows.body["total"], 1);
    })
    .await;
}

/// What an operator does in the database acts within two seconds.
#[tokio::test]
async fn c_20_held_disabled_and_deleted_accounts_are_shut_out() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        for (change, status) in [("status = 'held'", 403), ("api_disabled = TRUE", 403), ("status = 'deleted'", 401)] {
            root.get("/admin/system/roles").await.expect(200);
            app.database.execute(&format!("UPDATE users SET {change} WHERE id = 'user_root'"));
            tokio::time::sleep(std::time::Duration::from_millis(2_050)).await;
            for path in ["/admin/system/roles", "/admin/system/my-context", "/v1/flags"] {
                root.get(path).await.expect(status);
            }
            let normal = "UPDATE users SET status = 'active', api_disabled = FALSE WHERE id = 'user_root'";
            app.database.execute(normal);
            tokio::time::sleep(std::time::Duration::from_millis(2_050)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_bad_credential_is_refused_even_where_none_is_needed() {
    on_each_backend(async |app: &TestApp| {
        let good = IdentityProvider::token("user_a", false);
        let mut other_issuer = IdentityProvider::claims("user_a");
        other_issuer.insert("iss".into(), json!("https://evil.example"));
        let mut expired = IdentityProvider::claims("user_a");
        expired.insert("exp".into(), json!(1));
        let (head, tail) = good.rsplit_once('.').unwrap();
        let bad = [
            String::new(),
            "x".into(),
            "a.b.c".into(),
            format!("{head}."),
            format!("{head}.{}", tail.to_uppercase()),
            format!("{good}x"),
            "aed_cli_0123456789".into(),
            "vfc_live_0123456789".into(),
            "x".repeat(9_000),
            IdentityProvider::sign(&other_issuer),
            IdentityProvider::sign(&expired),
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyX3Jvb3QifQ.".into(),
        ];
        for token in bad {
            for path in ["/v1/flags", "/admin/system/roles", "/gateway/authorize"] {
                app.with_token(token.clone()).get(path).await.expect(401);
            }
        }
        let anyone = app.anonymous();
        anyone.with_header("Authorization", "Basic dXNlcjpwYXNz").get("/v1/flags").await.expect(401);
        anyone.with_header("X-Admin-Key", "key").get("/v1/flags").await.expect(401);
        anyone
            .with_header("X-Admin-Key", "key")
            .with_header("Authorization", &format!("Bearer {good}"))
            .get("/v1/flags")
            .await
            .expect(400);
        app.with_token(good.clone())
            .with_header("Authorization", &format!("Bearer {good}"))
            .get("/v1/flags")
            .await
            .expect(400);
    })
    .await;
}

#[tokio::test]
async fn c_44_a_tampered_cursor_is_refused() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        for n in 0..3 {
            root.post("/admin/system/flags", json!({ "flag_name": format!("f{n}") })).await.expect(201);
        }
        let page = root.get("/admin/system/audit?limit=1").await.expect(200);
        let cursor = page.body["next_cursor"].as_str().unwrap().to_owned();
        root.get(&format!("/admin/system/audit?cursor={cursor}")).await.expect(200);
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut tried = 0;
        for at in 0..cursor.len() {
            for letter in alphabet.iter().filter(|letter| **letter != cursor.as_bytes()[at]).take(28) {
                let mut bytes = cursor.clone().into_bytes();
                bytes[at] = *letter;
                let tampered = String::from_utf8(bytes).unwrap();
                root.get(&format!("/admin/system/audit?cursor={tampered}")).await.refused(400);
                tried += 1;
            }
        }
        assert!(tried >= 1_000, "{tried}");
    })
    .await;
}
