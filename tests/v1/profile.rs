//! What users see and change of themselves.

use serde_json::{Value, json};

use super::{admin, audited, known, problem};
use crate::support::{api_routes, on_each_backend};

const PROFILE: &str = "/v1/users/profile";

#[tokio::test]
async fn a_profile_is_shown_and_changed() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let shown = user.get(PROFILE).await.expect(200).body;
        assert_eq!((&shown["id"], &shown["marketing_opt_in"]), (&json!("user_a"), &json!(false)));
        let wish = json!({ "display_name": " Ada L. ", "marketing_opt_in": true });
        let changed = user.patch(PROFILE, wish.clone()).await.expect(200).body;
        assert_eq!((&changed["display_name"], &changed["marketing_opt_in"]), (&json!("Ada L."), &json!(true)));
        user.patch(PROFILE, wish).await.expect(200);
        assert_eq!(audited(&admin, "action=profile.update&actor_id=user_a").await, 1, "the second was no change");
        assert_eq!(admin.get("/v1/admin/users?q=ada%20l").await.expect(200).body["total"], 1, "the name is found");
        let changed = user.patch(PROFILE, json!({ "display_name": null })).await.expect(200).body;
        assert_eq!(changed["display_name"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn c_28_nobody_gives_themself_what_is_not_theirs_to_give() {
    on_each_backend(async |app| {
        let user = known(app, "user_a").await;
        let before = user.get(PROFILE).await.expect(200).body;
        for wish in [
            json!({}),
            json!({ "is_admin": true }),
            json!({ "status": "active" }),
            json!({ "email": "root@example.com" }),
            json!({ "tier": "admin", "display_name": "x" }),
            json!({ "display_name": "a\u{7}b" }),
            json!({ "display_name": "x".repeat(201) }),
            json!({ "marketing_opt_in": "yes" }),
        ] {
            problem(user.patch(PROFILE, wish).await, 400);
        }
        assert_eq!(user.get(PROFILE).await.expect(200).body, before);
        problem(app.anonymous().get(PROFILE).await, 401);
        problem(app.anonymous().patch(PROFILE, json!({ "marketing_opt_in": true })).await, 401);
    })
    .await;
}

#[tokio::test]
async fn c_20_who_is_held_sees_how_things_stand_and_nothing_else() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        app.change_by_sql("UPDATE users SET status = 'held', is_admin = TRUE WHERE id = 'user_a'");
        assert_eq!(user.get(PROFILE).await.expect(200).body["status"], "held");
        assert_eq!(user.get("/v1/admin/check").await.expect(200).body["is_admin"], true);
        for route in api_routes() {
            // Signing out takes nothing but the session.
            let is_admitted = matches!(
                (route.method.as_str(), route.path),
                ("GET", PROFILE | "/v1/admin/check") | ("POST", "/auth/logout")
            );
            if is_admitted {
                continue;
            }
            let path = route.path.replace("{id}", "1").replace(['{', '}'], "");
            let method = reqwest::Method::from_bytes(route.method.as_bytes()).unwrap();
            let status = user.send(method, &path, Some(json!({}))).await.status;
            assert_eq!(status, 403, "{} {path}", route.method);
        }
        assert!(audited(&admin, "actor_id=user_a&status=denied").await > 0);
    })
    .await;
}
