//! Who was never seen before, and keys that were never seen before.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::json;

use super::forged::{admins, foreign, foreign_key};
use super::rows;
use crate::support::{Backend, Binary, Caller, IdentityProvider, TestApp, eventually, on_each_backend};

#[tokio::test]
async fn somebody_new_is_written_down_once_however_many_requests_come_at_once() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for round in 0..5 {
            let id = format!("user_new_{round}");
            let bearer = format!("Bearer {}", IdentityProvider::token(&id, false));
            let caller = app.anonymous().with_header("Authorization", &bearer);
            let caller = caller.with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/a");
            let paths = ["/v1/flags", "/gateway/authorize", "/v1/announcements", "/admin/system/my-permissions"];
            let asking: Vec<_> = (0..20)
                .map(|i| {
                    let (caller, path) = (caller.clone(), paths[i % paths.len()]);
                    tokio::spawn(async move { (path, caller.get(path).await) })
                })
                .collect();
            for asked in asking {
                let (path, reply) = asked.await.unwrap();
                let expected = if path.starts_with("/admin") { 403 } else { 200 };
                assert_eq!(reply.status, expected, "{path}: {}", reply.text);
            }
            assert_eq!(rows(&admin, &format!("action=user.provision&resource_id={id}")).await, 1);
            assert_eq!(rows(&admin, &format!("actor_id={id}&status=success")).await, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_gives_a_newcomer_no_right_but_the_claim() {
    on_each_backend(async |app: &TestApp| {
        app.super_admin().await;
        let mut claims = IdentityProvider::claims("user_climber");
        let wished = json!({
            "role": "admin", "role_name": "super-admin", "permissions": ["roles:assign", "admin:read"], "tier": "admin",
        });
        claims.insert("public_metadata".into(), wished.clone());
        for (name, value) in wished.as_object().unwrap() {
            claims.insert(name.clone(), value.clone());
        }
        for name in ["is_admin", "isAdmin", "admin", "super_admin"] {
            claims.insert(name.into(), json!(true));
        }
        let climber = app.with_token(IdentityProvider::sign(&claims));
        let reply = climber.get("/admin/system/my-permissions").await.expect(200);
        assert_eq!(reply.body["permissions"], json!([]));
        climber.get("/admin/system/roles").await.refused(403);
        // What users may write about themselves is no claim, nor is what only looks like one.
        for (field, value) in [
            ("unsafe_metadata", json!({ "role": "admin" })),
            ("unsafeMetadata", json!({ "role": "admin" })),
            ("public_metadata", json!({ "role": "Admin" })),
            ("public_metadata", json!({ "role": ["admin"] })),
            ("public_metadata", json!({ "role": "admin " })),
            ("public_metadata", json!({ "roles": ["admin"] })),
            ("public_metadata", json!("admin")),
            ("role", json!("admin")),
        ] {
            let mut claims = IdentityProvider::claims("user_pretender");
            claims.insert(field.into(), value.clone());
            let reply = app.with_token(IdentityProvider::sign(&claims)).get("/admin/system/my-permissions").await;
            assert!([401, 403].contains(&reply.status), "{field} {value}: {}", reply.text);
        }
    })
    .await;
}

#[tokio::test]
async fn c_22_without_any_admin_nobody_becomes_one() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        root.get("/admin/system/roles").await.expect(200);
        app.database.execute("DELETE FROM role_assignments");
        app.database.execute("UPDATE users SET is_admin = FALSE");
        let is_out = || async { root.get("/admin/system/roles").await.status == 403 };
        eventually(Duration::from_millis(2_500), "the last admin is gone", is_out).await;
        let newcomer = app.claimed_admin("user_first");
        for caller in [app.anonymous(), app.user("user_plain"), newcomer.clone(), root.clone()] {
            for path in [
                "/setup",
                "/admin/setup",
                "/admin/system/setup",
                "/admin/bootstrap",
                "/auth/setup",
                "/auth/register",
                "/auth/signup",
                "/auth/sign-up",
                "/api/setup",
                "/v1/setup",
                "/install",
            ] {
                for reply in [caller.get(path).await, caller.post(path, json!({})).await] {
                    assert_eq!(reply.status, 404, "{path}: {}", reply.text);
                }
            }
            for route in aedile_api::routes().iter().filter(|route| route.permission.is_grantable()) {
                let status = super::knock(&caller, route).await.status;
                assert!([401, 403].contains(&status), "{} {}: {status}", route.method, route.path);
            }
        }
        let reply = newcomer.get("/admin/system/my-permissions").await.expect(200);
        assert_eq!(reply.body["permissions"], json!([]));
    })
    .await;
}

/// C-25: what would have to be checked and is not told is no reason to check less.
#[test]
fn c_25_half_a_provider_is_none() {
    let url = "https://identity.example/jwks";
    for (name, value, missing) in
        [("CLERK_JWKS_URL", url, "clerk-issuer"), ("CLERK_ISSUER", "https://identity.example", "clerk-jwks-url")]
    {
        let ended = Binary::new().with(name, value).run(&["serve", "--bind", "127.0.0.1:0"]);
        assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
        assert!(ended.stderr.to_lowercase().replace('_', "-").contains(missing), "{ended:?}");
    }
    let empty = Binary::new().with("CLERK_JWKS_URL", url).with("CLERK_ISSUER", "");
    let ended = empty.run(&["serve", "--bind", "127.0.0.1:0"]);
    assert!(ended.code.is_some_and(|code| code != 0), "{ended:?}");
    let short = Binary::new().with("JWT_SECRET", "too short").run(&["serve", "--bind", "127.0.0.1:0"]);
    assert!(short.code.is_some_and(|code| code != 0) && !short.stderr.contains("too short"), "{short:?}");
}

#[tokio::test]
async fn c_26_unknown_keys_are_asked_for_once_a_minute() {
    let mut app = TestApp::start(Backend::Sqlite, &[]).await;
    let provider = Caller::new(app.provider.jwks_url.strip_suffix("/jwks").unwrap(), None);
    let keys = provider.get("/jwks").await.expect(200).text;
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let serve = move || {
        let (keys, counted) = (keys.clone(), Arc::clone(&counted));
        let answer = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let keys = keys.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(keys) }
        };
        App::new().route("/jwks", web::get().to(answer))
    };
    let counting = HttpServer::new(serve).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    app.provider.jwks_url = format!("http://{}/jwks", counting.addrs()[0]);
    let counting = counting.run();
    let handle = counting.handle();
    tokio::spawn(counting);

    let server = app.another_instance(&[]).await;
    let anyone = Caller::new(&format!("http://{}", server.address()), None);
    let (key, claims) = (foreign_key(), json!(admins()));
    for i in 0..40 {
        let token = foreign(&key, &json!({ "alg": "RS256", "kid": format!("made-up-{i}") }), &claims);
        let caller = anyone.with_header("Authorization", &format!("Bearer {token}"));
        caller.get("/v1/flags").await.expect(401);
    }
    let good = format!("Bearer {}", IdentityProvider::token("user_a", false));
    anyone.with_header("Authorization", &good).get("/v1/flags").await.expect(200);
    let asked = hits.load(Ordering::SeqCst);
    assert!((1..=2).contains(&asked), "{asked} fetches for 40 made-up keys");
    server.stop().await;
    handle.stop(false).await;
    app.stop().await;
}
