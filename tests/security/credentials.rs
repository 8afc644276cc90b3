//! Where a credential stands, and how many there are.

use reqwest::Method;
use serde_json::json;

use crate::support::{IdentityProvider, TestApp, on_each_backend};

const DOORS: [&str; 4] = ["/admin/system/roles", "/admin/system/my-permissions", "/v1/flags", "/gateway/authorize"];

#[tokio::test]
async fn what_is_no_bearer_token_is_refused_everywhere() {
    on_each_backend(async |app: &TestApp| {
        let token = app.super_admin().await.token().to_owned();
        for value in [
            "",
            "Basic dXNlcl9yb290OnBhc3N3b3Jk",
            "Basic",
            "Bearer",
            "Bearer ",
            "Digest username=\"user_root\"",
            "Negotiate abc",
            token.as_str(),
            &format!("Token {token}"),
            &format!("JWT {token}"),
            &format!("Bearer:{token}"),
            &format!("Bearer,{token}"),
            &format!("Bearer\t{token}"),
            &format!("Bearer Bearer {token}"),
            &format!("Basic x, Bearer {token}"),
        ] {
            let caller = app.anonymous().with_header("Authorization", value);
            for path in DOORS {
                let reply = caller.get(path).await;
                assert_eq!(reply.status, 401, "{value:?} at {path}: {}", reply.text);
                assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{value:?} at {path}");
            }
        }
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let caller = app.anonymous().with_header("Authorization", &format!("{scheme} {token}"));
            caller.get("/admin/system/roles").await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn two_credentials_are_one_too_many() {
    on_each_backend(async |app: &TestApp| {
        let token = app.super_admin().await.token().to_owned();
        let bearer = format!("Bearer {token}");
        let plain = format!("Bearer {}", IdentityProvider::token("user_plain", false));
        let anyone = app.anonymous();
        let signed_in = anyone.with_header("Authorization", &bearer);
        for caller in [
            signed_in.with_header("Authorization", &bearer),
            signed_in.with_header("Authorization", &plain),
            anyone.with_header("Authorization", &plain).with_header("Authorization", &bearer),
            signed_in.with_header("Authorization", "Basic dXNlcjpwYXNz"),
            signed_in.with_header("Authorization", ""),
            signed_in.with_header("X-Admin-Key", "a key"),
            signed_in.with_header("X-Admin-Key", ""),
        ] {
            for path in DOORS {
                let reply = caller.get(path).await;
                assert_eq!(reply.status, 400, "{path}: {}", reply.text);
            }
        }
        for key in ["", "a key", &token] {
            for path in DOORS {
                let reply = anyone.with_header("X-Admin-Key", key).get(path).await;
                assert_eq!(reply.status, 401, "{key:?} at {path}: {}", reply.text);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn c_15_a_token_elsewhere_than_in_its_header_is_none() {
    on_each_backend(async |app: &TestApp| {
        let token = app.super_admin().await.token().to_owned();
        let anyone = app.anonymous();
        for (name, value) in [
            ("Cookie", format!("__session={token}")),
            ("Cookie", format!("Authorization=Bearer {token}; token={token}")),
            ("Proxy-Authorization", format!("Bearer {token}")),
            ("X-Authorization", format!("Bearer {token}")),
            ("X-Forwarded-Authorization", format!("Bearer {token}")),
            ("X-Original-Authorization", format!("Bearer {token}")),
            ("X-Api-Key", token.clone()),
            ("X-Auth-Token", token.clone()),
            ("X-Access-Token", token.clone()),
            ("X-Auth-User", "user_root".into()),
            ("X-Auth-Role", "super-admin".into()),
            ("X-Remote-User", "user_root".into()),
            ("Remote-User", "user_root".into()),
            ("X-Forwarded-User", "user_root".into()),
            ("X-User-Id", "user_root".into()),
        ] {
            let caller = anyone.with_header(name, &value);
            caller.get("/admin/system/roles").await.refused(401);
            caller.get("/admin/system/my-permissions").await.refused(401);
        }
        for name in ["access_token", "token", "authorization", "jwt", "key", "__session"] {
            anyone.get(&format!("/admin/system/roles?{name}={token}")).await.refused(401);
            let body = json!({ name: token, "flag_name": "by-body" });
            anyone.post("/admin/system/flags", body).await.refused(401);
        }
    })
    .await;
}

/// C-34: no header moves a request to another path, another method or another host.
#[tokio::test]
async fn c_34_headers_change_neither_path_nor_method() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for (name, value) in [
            ("X-Original-URL", "/admin/system/roles"),
            ("X-Rewrite-URL", "/admin/system/roles"),
            ("X-Original-URI", "/admin/system/roles"),
            ("X-Forwarded-Uri", "/admin/system/roles"),
            ("X-Forwarded-Path", "/admin/system/roles"),
            ("X-Forwarded-Prefix", "/admin"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-HTTP-Method", "DELETE"),
            ("X-Method-Override", "DELETE"),
            ("X-Forwarded-Method", "DELETE"),
            ("X-Forwarded-Host", "admin.internal"),
            ("Forwarded", "for=127.0.0.1;host=admin.internal"),
            ("X-Forwarded-For", "127.0.0.1"),
        ] {
            for caller in [app.anonymous(), app.user("user_plain"), admin.clone()] {
                for (method, path) in [
                    (Method::GET, "/v1/announcements"),
                    (Method::GET, "/admin/system/tiers"),
                    (Method::GET, "/nothing"),
                    (Method::POST, "/v1/flags"),
                ] {
                    let without = caller.send(method.clone(), path, None).await;
                    let with = caller.with_header(name, value).send(method.clone(), path, None).await;
                    assert_eq!((with.status, &with.text), (without.status, &without.text), "{name} at {path}");
                }
            }
        }
        let deleting = admin.with_header("X-HTTP-Method-Override", "DELETE");
        let made = deleting.post("/admin/system/flags?_method=DELETE", json!({ "flag_name": "kept" })).await;
        assert_eq!(made.status, 201, "{}", made.text);
    })
    .await;
}
