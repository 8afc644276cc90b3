//! An admin acts as a user in the dashboard, with a banner that says so, until they stop.

use serde_json::json;

use crate::support::{Caller, TestApp, on_each_backend};

const ACT_AS: &str = "/dashboard/act-as/user_ada";

/// A browser with the identity provider's session of somebody.
fn browser(app: &TestApp, token: &str, impersonation: &str) -> Caller {
    let cookies = format!("__session={token}{impersonation}");
    app.anonymous().with_header("Cookie", &cookies).with_header("Origin", &app.url())
}

async fn form_token(browser: &Caller, path: &str) -> String {
    let page = browser.get(path).await.expect(200).text;
    page.split(r#"name="form_token" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Begins to act as Ada, and gives the cookie.
async fn act_as(admin: &Caller) -> String {
    let form_token = form_token(admin, ACT_AS).await;
    let form = [("form_token", form_token.as_str()), ("reason", "Ticket 4711"), ("minutes", "")];
    let begun = admin.post_form(ACT_AS, &form).await.expect(303);
    let cookie = begun.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    format!("; {}", cookie.split(';').next().unwrap())
}

#[tokio::test]
async fn an_admin_sees_the_dashboard_of_a_user_until_they_stop() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        app.user("user_ada").get("/v1/users/profile").await.expect(200);
        let admin = browser(app, root.token(), "");
        assert!(admin.get("/dashboard/users/user_ada").await.expect(200).text.contains("Act as this user"));
        let form_token_of_admin = form_token(&admin, ACT_AS).await;
        let refused = admin.post_form(ACT_AS, &[("form_token", form_token_of_admin.as_str()), ("reason", " ")]).await;
        assert!(refused.expect(400).text.contains("reason"), "what was wrong is said in the form");
        admin.post_form(ACT_AS, &[("form_token", "1.forged"), ("reason", "x")]).await.expect(403);

        let cookie = act_as(&admin).await;
        let acting = browser(app, root.token(), &cookie);
        let settings = acting.get("/dashboard/settings").await.expect(200).text;
        assert!(settings.contains("You act as") && settings.contains("Ticket 4711"), "{settings}");
        assert!(settings.contains("user_ada") && !settings.contains("Delete my account"), "{settings}");
        let users = acting.get("/dashboard/admin").await.expect(403).text;
        assert!(users.contains("You act as"), "the banner is on a page that is refused, too");
        for own in ["/dashboard/prove", "/dashboard/second-factor", ACT_AS] {
            let sent = acting.get(own).await.expect(303);
            assert_eq!(
                sent.header("location"),
                Some("/dashboard"),
                "{own} has no banner, and would ask for the user's password"
            );
        }
        acting.get("/dashboard/do/account.request_deletion").await.expect(403);
        let listed = admin.get("/dashboard/admin").await.expect(200).text;
        assert!(listed.contains("Admins who acted as users") && listed.contains("goes on"), "{listed}");

        let form = [("form_token", form_token(&acting, "/dashboard/settings").await)];
        let elsewhere = acting.with_header("Sec-Fetch-Site", "cross-site");
        elsewhere.post_form("/dashboard/stop-acting", &form).await.expect(403);
        assert!(acting.get("/dashboard/settings").await.expect(200).text.contains("You act as"));
        let stopped = acting.post_form("/dashboard/stop-acting", &form).await.expect(303);
        assert_eq!(stopped.header("location"), Some("/dashboard/users/user_ada"));
        assert!(stopped.header("set-cookie").unwrap().starts_with("aedile_impersonation=;"));
        let after = acting.get("/dashboard/settings").await.expect(200).text;
        assert!(!after.contains("You act as") && after.contains("user_root"), "the token is worth nothing any more");
        let again = acting.post_form("/dashboard/stop-acting", &form).await.expect(303);
        assert_eq!(again.header("location"), Some("/dashboard"), "from a page that was open when it ended");
    })
    .await;
}

#[tokio::test]
async fn c_05_an_impersonation_counts_beside_the_session_of_its_admin_only() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        app.user("user_ada").get("/v1/users/profile").await.expect(200);
        let cookie = act_as(&browser(app, root.token(), "")).await;
        app.user("user_eve").get("/v1/users/profile").await.expect(200);
        let eve = browser(app, app.user("user_eve").token(), &cookie);
        let settings = eve.get("/dashboard/settings").await.expect(200).text;
        assert!(settings.contains("user_eve") && !settings.contains("user_ada"), "{settings}");
        let alone = app.anonymous().with_header("Cookie", cookie.trim_start_matches("; "));
        alone.get("/dashboard/settings").await.expect(303);
        let as_session = cookie.replace("; aedile_impersonation", "aedile_session");
        app.anonymous().with_header("Cookie", &as_session).get("/dashboard/settings").await.expect(303);
        let garbage = browser(app, root.token(), "; aedile_impersonation=garbage");
        assert!(garbage.get("/dashboard/settings").await.expect(200).text.contains("user_root"));
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_impersonation_and_the_session_of_the_admin() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        app.user("user_ada").get("/v1/users/profile").await.expect(200);
        let wanted = json!({ "identifier": "bob@example.com", "password": "a good long password", "role": "admin" });
        let id = root.post("/admin/local-users", wanted).await.expect(201).body["user"]["id"].clone();
        app.assign(id.as_str().unwrap(), "super-admin").await;
        let attempt = json!({ "identifier": "bob@example.com", "password": "a good long password" });
        let session = app.anonymous().post("/auth/login", attempt).await.expect(200).body["token"].clone();
        let session = session.as_str().unwrap();
        let with = |cookies: &str| {
            let cookies = format!("aedile_session={session}{cookies}");
            app.anonymous().with_header("Cookie", &cookies).with_header("Origin", &app.url())
        };
        let acting = with(&act_as(&with("")).await);
        let token = form_token(&acting, "/dashboard/settings").await;
        acting.post_form("/dashboard/sign-out", &[("form_token", token.as_str())]).await.expect(303);
        acting.get("/dashboard/settings").await.expect(303);
        app.with_token(session).get("/v1/users/profile").await.expect(401);
        let listed = root.get("/v1/admin/impersonations?active=true").await.expect(200);
        assert_eq!(listed.body["total"], 0);
    })
    .await;
}
