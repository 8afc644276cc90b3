//! A second process remembers accounts for up to two seconds. What it writes in that time follows the rows all the same.

use aedile_kernel::Timestamp;
use serde_json::json;

use super::holder;
use crate::entry_points::agreed_form;
use crate::support::{Caller, TestApp, on_each_backend, on_each_backend_with};
use crate::v1::problem;

const PROFILE: &str = "/v1/users/profile";
const CANCEL: &str = "/v1/users/profile/cancel-deletion";

/// A browser at the server with this address.
fn browser(app: &TestApp, url: &str, caller: &Caller) -> Caller {
    let cookie = format!("__session={}", caller.token());
    app.anonymous().at(url).with_header("Cookie", &cookie).with_header("Origin", url)
}

async fn status(root: &Caller, id: &str) -> String {
    root.get(&format!("/v1/admin/users/{id}")).await.expect(200).body["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_hold_that_another_process_has_not_heard_of_is_no_way_to_become_active() {
    on_each_backend(async |app| {
        let (root, user) = (app.super_admin().await, app.user("user_a"));
        user.get(PROFILE).await.expect(200);
        let second = app.another_instance(&[]).await;
        let url = format!("http://{}", second.address());
        let (there, page) = (user.at(&url), browser(app, &url, &user));
        let named = [("display_name".to_owned(), "Ada".to_owned())];
        let rename = agreed_form(&page, "profile.update", &json!({ "display_name": "Ada" })).await.unwrap().unwrap();
        let leave = agreed_form(&page, "account.request_deletion", &json!({})).await.unwrap().unwrap();
        there.get(PROFILE).await.expect(200);
        root.post("/v1/admin/abuse/hold-account/user_a", json!({ "reason": "x" })).await.expect(200);

        problem(there.delete(PROFILE).await, 403);
        problem(there.post(CANCEL, json!({})).await, 403);
        problem(there.patch(PROFILE, json!({ "display_name": "Ada" })).await, 403);
        page.post_form("/dashboard/do/account.request_deletion", &leave).await.expect(403);
        page.post_form("/dashboard/do/profile.update", &rename).await.expect(403);
        page.post_form("/dashboard/do/profile.update", &named).await.expect(403);
        assert_eq!(status(&root, "user_a").await, "held");
        second.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_another_process_took_away_changes_nothing_there() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let caller = holder(app, &root, "user_a", &["admin:read", "flags:write"]).await;
        caller.get(PROFILE).await.expect(200);
        root.post("/v1/admin/admins/user_a", json!({})).await.expect(200);
        let second = app.another_instance(&[]).await;
        let there = caller.at(&format!("http://{}", second.address()));
        there.get("/v1/admin/admins").await.expect(200);
        there.get("/admin/system/flags").await.expect(200);
        root.delete("/v1/admin/admins/user_a").await.expect(200);
        super::revoke(&root, "user_a", "role-of-user_a").await.expect(200);

        problem(there.post("/v1/admin/categories", json!({ "name": "Gardening" })).await, 403);
        problem(there.post("/v1/admin/admins/user_a", json!({})).await, 403);
        there.post("/admin/system/flags", json!({ "flag_name": "late" })).await.refused(403);
        let named = there.post("/v1/admin/operations/category.create", json!({ "name": "Gardening" })).await;
        problem(named, 403);
        second.stop().await;
    })
    .await;
}

/// How long there is to think it over is a setting, whatever form or call asks.
#[tokio::test]
async fn the_grace_of_a_deletion_is_the_servers_to_say() {
    on_each_backend_with(&["--deletion-grace-days", "7"], async |app| {
        let (root, user, other) = (app.super_admin().await, app.user("user_a"), app.user("user_b"));
        for caller in [&user, &other] {
            caller.get(PROFILE).await.expect(200);
        }
        let page = browser(app, &app.url(), &user);
        let leave = agreed_form(&page, "account.request_deletion", &json!({})).await.unwrap().unwrap();
        page.post_form("/dashboard/do/account.request_deletion", &leave).await.expect(200);
        other.delete(PROFILE).await.expect(202);
        for id in ["user_a", "user_b"] {
            let leaving = root.get(&format!("/v1/admin/users/{id}")).await.expect(200).body;
            let day = |field: &'static str| {
                Timestamp::parse(field, leaving[field].as_str().unwrap()).unwrap().as_seconds() / 86_400
            };
            assert_eq!(day("deletion_scheduled_for") - day("deletion_requested_at"), 7, "{id}");
        }
    })
    .await;
}
