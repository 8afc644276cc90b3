//! Nobody gets at more than they were given, by whatever way.

use aedile_api::RouteDescription;
use aedile_kernel::Permission;
use reqwest::Method;
use serde_json::{Value, json};

use super::{assign, holder, local_user, revoke, rights, sign_in};
use crate::support::{Caller, TestApp, on_each_backend};

const ROLES: &str = "/admin/system/roles";
const USERS: &str = "/admin/local-users";

fn grantable() -> Vec<&'static str> {
    Permission::ALL
        .iter()
        .filter(|permission| permission.is_grantable())
        .map(|permission| permission.as_str())
        .collect()
}

fn role(name: &str, permissions: &[&str]) -> Value {
    json!({ "role_name": name, "display_name": name, "permissions": permissions })
}

#[tokio::test]
async fn c_01_an_editor_has_no_way_up() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let local_admin = local_user(&admin, "admin@example.com", "admin").await;
        app.assign(&local_admin, "super-admin").await;
        let tiered = json!({ "identifier": "tier@example.com", "password": super::PASSWORD, "tier": "admin" });
        admin.post(USERS, tiered).await.expect(201);
        let user = local_user(&admin, "user@example.com", "user").await;
        let held_role = local_user(&admin, "viewer@example.com", "user").await;
        app.assign(&held_role, "viewer").await;
        let editor = app.with_role("editor").await;
        editor.get(ROLES).await.expect(200);
        let before = rights(&admin).await;

        let (of_admin, of_user) = (format!("{USERS}/{local_admin}"), format!("{USERS}/{user}"));
        let of_holder = format!("{USERS}/{held_role}");
        let new = |field: &str, value: &str| {
            json!({ "identifier": "mine@example.com", "password": super::PASSWORD, field: value })
        };
        for (method, path, body) in [
            (Method::POST, ROLES, role("mine", &["admin:read"])),
            (Method::POST, ROLES, role("mine", &grantable())),
            (Method::PATCH, "/admin/system/roles/1", json!({ "permissions": grantable() })),
            (Method::PATCH, "/admin/system/roles/2", json!({ "permissions": grantable() })),
            (Method::PATCH, "/admin/system/roles/2", json!({ "display_name": "Mine" })),
            (Method::PATCH, "/admin/system/roles/3", json!({ "is_active": false })),
            (Method::POST, USERS, new("role", "admin")),
            (Method::POST, USERS, new("tier", "admin")),
            (Method::PATCH, of_user.as_str(), json!({ "role": "admin" })),
            (Method::PATCH, &of_user, json!({ "tier": "admin" })),
            (Method::PATCH, &of_user, json!({ "role": "user", "tier": "admin" })),
            (Method::PATCH, &of_admin, json!({ "api_disabled": 1 })),
            (Method::PATCH, &of_admin, json!({ "role": "user" })),
            (Method::PATCH, &of_admin, json!({ "tier": "free" })),
            (Method::DELETE, &of_admin, json!({})),
            // Whoever holds a role is no longer just a user.
            (Method::PATCH, &of_holder, json!({ "api_disabled": 1 })),
            (Method::DELETE, &of_holder, json!({})),
        ] {
            let reply = editor.send(method.clone(), path, Some(body.clone())).await;
            assert_eq!(reply.status, 403, "{method} {path} {body}: {}", reply.text);
        }
        for user in ["user_editor", "user_root", "user_friend", local_admin.as_str()] {
            for name in ["viewer", "editor", "super-admin"] {
                assign(&editor, user, name).await.refused(403);
                revoke(&editor, user, name).await.refused(403);
            }
        }
        assert_eq!(rights(&admin).await, before);
        // What an editor is for goes on.
        let plain = json!({ "identifier": "plain@example.com", "password": super::PASSWORD });
        editor.post(USERS, plain).await.expect(201);
        editor.patch(&of_user, json!({ "api_disabled": 1 })).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_03_who_writes_roles_puts_in_only_what_they_have() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let own = ["admin:read", "flags:read", "roles:write", "roles:assign"];
        let clerk = holder(app, &admin, "user_clerk", &own).await;
        let made = clerk.post(ROLES, role("small", &["flags:read"])).await.expect(201);
        let small = format!("{ROLES}/{}", made.body["role"]["id"]);
        let mine = format!("{ROLES}/{}", made.body["role"]["id"].as_i64().unwrap() - 1);
        let before = rights(&admin).await;
        for permission in grantable().into_iter().filter(|permission| !own.contains(permission)) {
            for permissions in [vec![permission], vec!["flags:read", permission], vec![permission, permission]] {
                clerk.post(ROLES, role("more", &permissions)).await.refused(403);
                clerk.patch(&small, json!({ "permissions": permissions })).await.refused(403);
                clerk.patch(&mine, json!({ "permissions": permissions })).await.refused(403);
            }
        }
        // C-07: what is no permission is none in any spelling.
        for name in ["*", "admin:*", "ADMIN:READ", " admin:write", "admin:write ", "own", "public", "", "admin"] {
            clerk.post(ROLES, role("odd", &[name])).await.refused(400);
            clerk.patch(&small, json!({ "permissions": [name] })).await.refused(400);
        }
        // C-03: nor one's own role, in either direction. C-04: nor a role above.
        let whole = [&own[..], &["audit:read"]].concat();
        clerk.patch(&mine, json!({ "permissions": whole })).await.refused(403);
        clerk.patch(&mine, json!({ "permissions": ["flags:read"] })).await.refused(403);
        for id in 1..=3 {
            for change in
                [json!({ "permissions": ["flags:read"] }), json!({ "is_active": 0 }), json!({ "description": "D" })]
            {
                clerk.patch(&format!("{ROLES}/{id}"), change).await.refused(403);
            }
        }
        assert_eq!(rights(&admin).await, before);
    })
    .await;
}

#[tokio::test]
async fn c_04_who_assigns_roles_gives_and_takes_only_what_they_have() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        app.assign("user_seer", "viewer").await;
        // Everything but one permission is still below a super-admin.
        for (i, missing) in grantable().into_iter().filter(|name| !name.starts_with("roles:")).enumerate() {
            let own: Vec<&str> = grantable().into_iter().filter(|permission| *permission != missing).collect();
            let user = format!("user_almost_{i}");
            let almost = holder(app, &admin, &user, &own).await;
            let before = rights(&admin).await;
            for target in [user.as_str(), "user_friend", "user_root"] {
                assign(&almost, target, "super-admin").await.refused(403);
            }
            assign(&almost, "user_root", &format!("role-of-{user}")).await.refused(403);
            revoke(&almost, "user_root", "super-admin").await.refused(403);
            let third = "/admin/system/roles/3";
            almost.patch(third, json!({ "permissions": ["admin:read"] })).await.refused(403);
            assert_eq!(rights(&admin).await, before, "without {missing}");
        }
        // C-17: assigning replaces, so it asks for what the old role gives as well.
        let weak = holder(app, &admin, "user_weak", &["flags:read", "roles:assign"]).await;
        assign(&weak, "user_seer", "role-of-user_weak").await.refused(403);
        assign(&weak, "user_friend", "role-of-user_weak").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_05_neither_the_claim_nor_the_role_nor_the_flag_is_enough_alone() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let (claim, flag) = (app.claimed_admin("user_claim"), app.claimed_admin("user_flag"));
        flag.get("/v1/flags").await.expect(200);
        app.database.execute("UPDATE users SET is_admin = TRUE WHERE id = 'user_flag'");
        app.assign("user_role", "super-admin").await;
        let role = app.user("user_role");
        let id = local_user(&admin, "local@example.com", "user").await;
        app.assign(&id, "super-admin").await;
        let local = sign_in(app, "local@example.com").await;
        super::make_known(app).await;
        for (name, caller) in [("claim", &claim), ("flag", &flag), ("role", &role), ("local role", &local)] {
            let of_roles =
                |route: &&RouteDescription| route.path.starts_with("/admin") && route.permission.is_grantable();
            for route in aedile_api::routes().iter().filter(of_roles) {
                let status = super::knock(caller, route).await.status;
                assert_eq!(status, 403, "{name}: {} {}", route.method, route.path);
            }
        }
    })
    .await;
}

/// Of everything a caller of each kind may send to the public part, nothing says more than its own.
#[tokio::test]
async fn c_09_evaluation_for_another_user_needs_its_permission() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let flag =
            json!({ "flag_name": "secret", "enabled": true, "rollout_percentage": 0, "target_users": ["user_vip"] });
        admin.post("/admin/system/flags", flag).await.expect(201);
        let asked = |user: &str| json!({ "context": { "targetingKey": user } });
        let path = "/ofrep/v1/evaluate/flags/secret";
        let outsiders: [Caller; 3] = [app.anonymous(), app.user("user_plain"), app.claimed_admin("user_claim")];
        for caller in &outsiders {
            let reply = caller.post(path, asked("user_vip")).await;
            assert!([401, 403].contains(&reply.status), "{}", reply.text);
        }
        assert_eq!(app.user("user_vip").post(path, asked("user_vip")).await.expect(200).body["value"], true);
        assert_eq!(admin.post(path, asked("user_vip")).await.expect(200).body["value"], true);
        assert_eq!(app.user("user_plain").post(path, asked("user_plain")).await.expect(200).body["value"], false);
    })
    .await;
}
