//! `/admin/local-users`.

use serde_json::{Value, json};

use super::{Admin, PASSWORD, Trail, as_each_admin, assert_like, assert_reason, inner, local_user, made_once, sign_in};
use crate::support::on_each_backend;

const USERS: &str = "/admin/local-users";

fn path(id: &str) -> String {
    format!("{USERS}/{id}")
}

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        // The last admin of them could not be made a user again.
        local_user(admin, "spare@example.com", "admin").await;
        let mut trail = Trail::of(admin).await;
        let made = admin.post(USERS, json!({ "identifier": " User@Example.com ", "password": PASSWORD })).await;
        let made = made.expect(201);
        let id = made.body["user"]["id"].as_str().unwrap().to_owned();
        assert_eq!((id.len(), id.matches('-').count()), (36, 4), "a UUID");
        let user = json!({
            "id": id,
            "identifier": "user@example.com",
            "identifier_type": "email",
            "role": "user",
            "tier": "free",
            "api_disabled": 0,
            "created_at": "<time Z>",
            "updated_at": "<time Z>",
        });
        assert_like(&made.body, &json!({ "success": true, "user": user }));
        let row = trail.says("local_user.create", "local_user", &id, "success").await;
        let kept = row.to_string();
        assert!(!kept.contains("pbkdf2") && !kept.contains("horse") && !kept.contains("hash"), "{kept}");

        let got = admin.get(&path(&id)).await.expect(200);
        assert_eq!(got.body, made.body);
        let listed = admin.get(USERS).await.expect(200);
        let rows = listed.body["users"].as_array().unwrap();
        assert!(rows.contains(&made.body["user"]));
        let rest = ["success", "total", "limit", "offset"].map(|name| listed.body[name].clone());
        assert_eq!(rest, [json!(true), json!(rows.len()), json!(50), json!(0)]);

        for (changes, role, tier, disabled) in [
            (json!({ "role": "admin" }), "admin", "admin", 0),
            (json!({ "role": "user", "tier": "pro" }), "user", "pro", 0),
            (json!({ "api_disabled": 1 }), "user", "pro", 1),
            (json!({ "role": "admin", "api_disabled": false }), "admin", "admin", 0),
            (json!({ "tier": "pro" }), "admin", "pro", 0),
            (json!({ "role": "user" }), "user", "free", 0),
            (json!({ "tier": "pro", "api_disabled": true }), "user", "pro", 1),
            (json!({ "tier": null, "api_disabled": 0 }), "user", "free", 0),
        ] {
            let reply = admin.patch(&path(&id), changes.clone()).await.expect(200);
            let mut after = user.clone();
            (after["role"], after["tier"], after["api_disabled"]) = (json!(role), json!(tier), json!(disabled));
            assert_like(&reply.body, &json!({ "success": true, "user": after }));
            trail.says("local_user.update", "local_user", &id, "success").await;
            admin.patch(&path(&id), changes).await.expect(200);
            trail.is_silent().await;
        }

        let deleted = admin.delete(&path(&id)).await.expect(200);
        assert_eq!(deleted.body, json!({ "success": true, "message": "User deleted" }));
        trail.says("local_user.delete", "local_user", &id, "success").await;
        let reply = admin.delete(&path(&id)).await.refused(404);
        assert_reason(&trail.says("local_user.delete", "local_user", &id, "failure").await, &reply);
        admin.patch(&path(&id), json!({ "tier": "pro" })).await.refused(404);
        trail.says("local_user.update", "local_user", &id, "failure").await;
        admin.get(&path(&id)).await.refused(404);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn an_identifier_is_an_address_or_a_number_and_belongs_to_one() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let new = json!({ "identifier": "+4915112345678", "password": PASSWORD, "tier": "pro" });
        let made = admin.post(USERS, new.clone()).await.expect(201);
        assert_eq!(
            (&made.body["user"]["identifier_type"], &made.body["user"]["tier"]),
            (&json!("phone"), &json!("pro"))
        );
        local_user(&admin, "a@example.com", "user").await;
        let mut trail = Trail::of(&admin).await;
        admin.post(USERS, new).await.refused(409);
        trail.says_of_none("local_user.create", "failure").await;
        admin.post(USERS, json!({ "identifier": "A@EXAMPLE.com", "password": PASSWORD })).await.refused(409);
        trail.says_of_none("local_user.create", "failure").await;
        for identifier in
            ["", "nobody", "a@", "@example.com", "a@b@c", "+0123456789", "+12", "015112345678", "a\n@x.de"]
        {
            admin.post(USERS, json!({ "identifier": identifier, "password": PASSWORD })).await.refused(400);
        }
        for password in ["", "1234567", &"x".repeat(129), "a password\u{1}"] {
            admin.post(USERS, json!({ "identifier": "b@example.com", "password": password })).await.refused(400);
        }
        for (field, bad) in [("tier", json!("gold")), ("role", json!("root")), ("is_admin", json!(true))] {
            let mut new = json!({ "identifier": "b@example.com", "password": PASSWORD });
            new[field] = bad;
            let reply = admin.post(USERS, new).await.refused(400);
            assert!(!reply.text.contains("horse"), "{}", reply.text);
        }
        let reply =
            admin.post(USERS, json!({ "identifier": "b@example.com", "password": [PASSWORD] })).await.refused(400);
        assert!(!reply.text.contains("horse"), "{}", reply.text);
        admin.post(USERS, json!({ "identifier": "b@example.com" })).await.refused(400);
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_refuses_is_written_down_and_what_never_parsed_is_not() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, "a@example.com", "user").await;
        let mut trail = Trail::of(&admin).await;
        for bad in [json!({}), json!({ "tier": "gold" })] {
            admin.patch(&path(&id), bad).await.refused(400);
            trail.says("local_user.update", "local_user", &id, "failure").await;
        }
        for bad in [
            json!({ "api_disabled": 2 }),
            json!({ "api_disabled": "1" }),
            json!({ "role": "root" }),
            json!({ "password": "another password" }),
            json!({ "identifier": "b@example.com" }),
        ] {
            admin.patch(&path(&id), bad).await.refused(400);
        }
        trail.is_silent().await;

        // Who may change users may not make or change administrators.
        let editor = app.with_role("editor").await.with_header("X-Request-Id", super::REQUEST_ID);
        let admin_id = local_user(&admin, "admin@example.com", "admin").await;
        trail.new_rows().await;
        editor.patch(&path(&id), json!({ "role": "admin" })).await.refused(403);
        trail.says("local_user.update", "local_user", &id, "denied").await;
        editor.patch(&path(&id), json!({ "tier": "admin" })).await.refused(403);
        trail.says("local_user.update", "local_user", &id, "denied").await;
        editor.patch(&path(&admin_id), json!({ "api_disabled": 1 })).await.refused(403);
        trail.says("local_user.update", "local_user", &admin_id, "denied").await;
        editor.delete(&path(&admin_id)).await.refused(403);
        trail.says("local_user.delete", "local_user", &admin_id, "denied").await;
        let new = json!({ "identifier": "c@example.com", "password": PASSWORD, "role": "admin" });
        editor.post(USERS, new).await.refused(403);
        trail.says_of_none("local_user.create", "denied").await;
        editor.patch(&path(&id), json!({ "tier": "pro" })).await.expect(200);
        trail.says("local_user.update", "local_user", &id, "success").await;
    })
    .await;
}

#[tokio::test]
async fn nobody_disables_or_deletes_themself_or_the_last_admin() {
    on_each_backend(async |app| {
        let me = Admin::of_sign_in(app).await;
        let root = Admin::of_provider(app).await;
        let mut trail = Trail::of(&root).await;
        for changes in [json!({ "api_disabled": 1 }), json!({ "role": "user" })] {
            me.patch(&path(&me.id), changes.clone()).await.refused(409);
            trail.says("local_user.update", "local_user", &me.id, "failure").await;
            // The last admin among the local users stays, whoever asks.
            root.patch(&path(&me.id), changes).await.refused(409);
            trail.says("local_user.update", "local_user", &me.id, "failure").await;
        }
        for caller in [&me, &root] {
            caller.delete(&path(&me.id)).await.refused(409);
            trail.says("local_user.delete", "local_user", &me.id, "failure").await;
        }
        let other = local_user(&root, "other@example.com", "admin").await;
        app.assign(&other, "super-admin").await;
        let other_caller = sign_in(app, "other@example.com").await;
        other_caller.delete(&path(&me.id)).await.expect(200);
        me.get(USERS).await.refused(401);
        other_caller.delete(&path(&other)).await.refused(409);
    })
    .await;
}

#[tokio::test]
async fn two_last_admins_cannot_remove_each_other() {
    on_each_backend(async |app| {
        let root = Admin::of_provider(app).await;
        let mut admins = Vec::new();
        for identifier in ["a@example.com", "b@example.com"] {
            let id = local_user(&root, identifier, "admin").await;
            app.assign(&id, "super-admin").await;
            admins.push((id, sign_in(app, identifier).await));
        }
        let [(one, as_one), (two, as_two)] = [admins[0].clone(), admins[1].clone()];
        let (first, second) = (path(&two), path(&one));
        let demote = json!({ "role": "user" });
        let (first, second) = tokio::join!(as_one.patch(&first, demote.clone()), as_two.patch(&second, demote));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert!(statuses[0] == 200 && [401, 403, 409].contains(&statuses[1]), "{statuses:?}");
        let listed = root.get(USERS).await.expect(200);
        let left = listed.body["users"].as_array().unwrap().iter().filter(|user| user["role"] == "admin").count();
        assert_eq!(left, 1);
    })
    .await;
}

#[tokio::test]
async fn a_user_is_made_once_however_many_make_them() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        made_once(&admin, USERS, &json!({ "identifier": "one@example.com", "password": PASSWORD })).await;
        assert_eq!(admin.get(USERS).await.expect(200).body["total"], 1);
    })
    .await;
}

#[tokio::test]
async fn a_user_who_held_a_role_leaves_two_rows() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, "a@example.com", "user").await;
        app.assign(&id, "viewer").await;
        let mut trail = Trail::of(&admin).await;
        admin.delete(&path(&id)).await.expect(200);
        let rows = trail.new_rows().await;
        let actions: Vec<&Value> = rows.iter().map(|row| &row["action"]).collect();
        assert_eq!(actions, ["local_user.delete", "role.revoke"]);
        assert_eq!(inner(&rows[1]["old_values"]), json!({ "role_name": "viewer" }));
    })
    .await;
}
