//! Who gets in, and what a form must prove.

use serde_json::json;

use crate::support::{Caller, TestApp, on_each_backend, on_each_backend_with};
use crate::v1::skills::seller;

const FLAG: &str = "/dashboard/do/flag.create";

/// A browser on a page of ours, with the identity provider's session of somebody.
fn browser(app: &TestApp, token: &str) -> Caller {
    app.anonymous().with_header("Cookie", &format!("__session={token}")).with_header("Origin", &app.url())
}

async fn form_token(browser: &Caller) -> String {
    let page = browser.get("/dashboard/settings").await.expect(200).text;
    page.split(r#"name="form_token" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_gets_in_without_a_session() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        for path in ["/dashboard", "/dashboard/admin?q=a", "/dashboard/users/user_a", FLAG] {
            let sent = app.anonymous().get(path).await.expect(303);
            let target = sent.header("location").unwrap();
            assert!(target.starts_with("/dashboard/sign-in?to=%2Fdashboard"), "{target}");
            let with_header = app.with_token(admin.token()).get(path).await.expect(303);
            assert!(with_header.header("location").unwrap().contains("/sign-in"), "a header is no session");
        }
        for cookie in ["__session=garbage", "aedile_session=garbage", "aedile_session=a; aedile_session=b"] {
            app.anonymous().with_header("Cookie", cookie).get("/dashboard").await.expect(303);
        }
        let swapped = format!("aedile_session={}", admin.token());
        app.anonymous().with_header("Cookie", &swapped).get("/dashboard").await.expect(303);
        let both = format!("__session={}", admin.token());
        app.anonymous().with_header("Cookie", &both).get("/admin/system/roles").await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_held_sees_no_page() {
    on_each_backend(async |app| {
        let (admin, held) = (app.super_admin().await, app.user("user_a"));
        held.get("/v1/users/profile").await.expect(200);
        let browser = browser(app, held.token());
        browser.get("/dashboard").await.expect(200);
        admin.post("/v1/admin/abuse/hold-account/user_a", json!({ "reason": "a chargeback" })).await.expect(200);
        for path in ["/dashboard", "/dashboard/settings"] {
            browser.get(path).await.expect(403);
        }
    })
    .await;
}

/// Whoever is about to be deleted may look, and take that back; nothing else, as over HTTP.
#[tokio::test]
async fn who_is_about_to_be_deleted_changes_nothing_but_that() {
    on_each_backend(async |app| {
        let user = app.user("user_a");
        user.get("/v1/users/profile").await.expect(200);
        user.delete("/v1/users/profile").await.expect(202);
        let browser = browser(app, user.token());
        let token = form_token(&browser).await;
        let name = [("display_name", "Ada"), ("form_token", token.as_str())];
        browser.post_form("/dashboard/do/profile.update", &name).await.expect(403);
        let path = "/dashboard/do/account.cancel_own_deletion";
        let shown = browser.post_form(path, &[("form_token", &token)]).await.expect(200).text;
        assert!(shown.contains("Review this change"), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_local_sign_in_is_kept_where_no_script_and_no_other_site_gets_it() {
    on_each_backend_with(&["--public-url", "https://admin.example"], async |app| {
        let admin = app.super_admin().await;
        let wanted = json!({ "identifier": "ada@example.com", "password": "a good password" });
        admin.post("/admin/local-users", wanted).await.expect(201);
        let here = app.anonymous().with_header("Origin", &app.url());
        let attempt = |password| [("identifier", "ada@example.com"), ("password", password), ("to", "//evil.example")];
        let refused = here.post_form("/dashboard/sign-in", &attempt("wrong password")).await.expect(401);
        assert!(refused.header("set-cookie").is_none() && refused.text.contains("role=\"alert\""), "{}", refused.text);
        app.anonymous().post_form("/dashboard/sign-in", &attempt("a good password")).await.expect(403);
        let elsewhere = app.anonymous().with_header("Origin", "https://evil.example");
        elsewhere.post_form("/dashboard/sign-in", &attempt("a good password")).await.expect(403);
        let welcome = here.post_form("/dashboard/sign-in", &attempt("a good password")).await.expect(303);
        assert_eq!(welcome.header("location"), Some("/dashboard"), "nobody is sent elsewhere");
        let cookie = welcome.header("set-cookie").unwrap();
        for part in ["aedile_session=", "HttpOnly", "SameSite=Lax", "Secure", "Path=/", "Max-Age="] {
            assert!(cookie.contains(part), "{part} is missing: {cookie}");
        }
        let browser = here.with_header("Cookie", cookie.split(';').next().unwrap());
        assert!(browser.get("/dashboard").await.expect(200).text.contains("Sign out"));
        let token = form_token(&browser).await;
        let over = browser.post_form("/dashboard/sign-out", &[("form_token", &token)]).await.expect(303);
        assert!(over.header("set-cookie").unwrap().starts_with("aedile_session=;"));
    })
    .await;
}

/// What a browser says of a page that another site leads to: the person's click, and where it was.
fn from_another_site(browser: &Caller) -> Caller {
    let said = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Referer", "https://mail.example/")];
    said.iter().fold(browser.clone(), |browser, (name, value)| browser.with_header(name, value))
}

#[tokio::test]
async fn a_link_from_another_site_opens_its_page_and_a_form_from_there_does_nothing() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let wanted = json!({ "identifier": "ada@example.com", "password": "a good password", "role": "admin" });
        let id = root.post("/admin/local-users", wanted).await.expect(201).body["user"]["id"].clone();
        app.assign(id.as_str().unwrap(), "super-admin").await;
        let here = app.anonymous().with_header("Origin", &app.url());
        let attempt = [("identifier", "ada@example.com"), ("password", "a good password")];
        let welcome = here.post_form("/dashboard/sign-in", &attempt).await.expect(303);
        let session = welcome.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let signed_in = app.anonymous().with_header("Cookie", &session);
        let token = form_token(&signed_in).await;

        let elsewhere = from_another_site(&signed_in);
        for path in ["/dashboard", "/dashboard/flags", "/dashboard/audit", "/dashboard/do/flag.create"] {
            let page = elsewhere.get(path).await.expect(200).text;
            assert!(page.contains("Sign out"), "{path}: {page}");
        }
        let fields = [("flag_name", "x"), ("form_token", token.as_str())];
        for (path, fields) in
            [(FLAG, &fields[..]), ("/dashboard/sign-out", &fields[1..]), ("/dashboard/do/profile.update", &fields[1..])]
        {
            for caller in [
                &elsewhere,
                &elsewhere.with_header("Origin", "https://mail.example"),
                &elsewhere.with_header("Origin", "null"),
                &signed_in.with_header("Origin", "https://mail.example"),
                &signed_in.with_header("Sec-Fetch-Site", "same-site").with_header("Origin", &app.url()),
                &signed_in,
            ] {
                let refused = caller.post_form(path, fields).await.expect(403);
                assert!(refused.text.contains("nothing was done") && refused.header("set-cookie").is_none(), "{path}");
            }
        }
        signed_in.get("/dashboard").await.expect(200);
        assert_eq!(root.get("/admin/system/flags").await.expect(200).body["flags"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_page_may_do_next_to_nothing_in_a_browser() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        for reply in [
            app.anonymous().get("/dashboard/sign-in").await.expect(200),
            browser(app, admin.token()).get("/dashboard").await.expect(200),
            browser(app, admin.token()).get("/dashboard/users/user_nobody").await.expect(404),
            app.anonymous().get("/dashboard/nothing").await.expect(404),
        ] {
            let policy = reply.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(reply.header("x-frame-options"), Some("DENY"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_proves_that_it_is_ours_and_this_persons() {
    on_each_backend(async |app| {
        let (admin, editor) = (app.super_admin().await, app.with_role("editor").await);
        let (admin, editor) = (browser(app, admin.token()), browser(app, editor.token()));
        let (token, of_editor) = (form_token(&admin).await, form_token(&editor).await);
        let fields = |token| [("flag_name", "x"), ("form_token", token)];
        let prolonged = token.replacen(|c: char| c.is_ascii_digit(), "9", 1);
        for (caller, token) in [
            (&admin, ""),
            (&admin, "1.00"),
            (&admin, of_editor.as_str()),
            (&admin, prolonged.as_str()),
            (&admin.with_header("Origin", "https://evil.example"), token.as_str()),
            (&admin.with_header("Sec-Fetch-Site", "cross-site"), token.as_str()),
        ] {
            let refused = caller.post_form(FLAG, &fields(token)).await.expect(403);
            assert!(refused.text.contains("nothing was done"), "{}", refused.text);
        }
        let shown = admin.post_form(FLAG, &fields(&token)).await.expect(200);
        assert!(shown.text.contains("Review this change"));
    })
    .await;
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_shown_again() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let flag = root.post("/admin/system/flags", json!({ "flag_name": "x" })).await.expect(201).body;
        let id = flag["flag"]["id"].to_string();
        let browser = browser(app, root.token());
        let token = form_token(&browser).await;
        let path = "/dashboard/do/flag.delete";
        let fields = [("form_token", token.as_str()), ("id", &id)];
        let shown = browser.post_form(path, &fields).await.expect(200).text;
        let agreed = shown.split(r#"name="agreed" value=""#).nth(1).unwrap().split('"').next().unwrap();
        root.patch(&format!("/admin/system/flags/{id}"), json!({ "enabled": true })).await.expect(200);
        let agree = [fields[0], fields[1], ("agreed", agreed)];
        let again = browser.post_form(path, &agree).await.expect(200).text;
        assert!(again.contains("The data has changed since you looked"), "{again}");
        let flags = root.get("/admin/system/flags").await.expect(200).body;
        assert_eq!(flags["flags"].as_array().unwrap().len(), 1, "nothing was done");
    })
    .await;
}

#[tokio::test]
async fn an_area_shows_to_whoever_may_see_something_in_it() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        seller(app, "bob", false).await;
        let (bob, viewer) = (app.user("user_bob"), app.with_role("viewer").await);
        let areas = async |token: &str| {
            let page = browser(app, token).get("/dashboard").await.expect(200).text;
            let nav = page.split("<nav").nth(1).unwrap().split("</nav>").next().unwrap().to_owned();
            ["My skills", "Purchases", "Users", "Money", "Flags", "Audit"]
                .map(|area| nav.contains(&format!(">{area}<")))
        };
        assert_eq!(areas(bob.token()).await, [true, true, false, false, false, false]);
        assert_eq!(areas(viewer.token()).await, [false, true, true, false, true, true]);
        root.post("/v1/admin/admins/user_bob", json!({})).await.expect(200);
        assert_eq!(areas(bob.token()).await, [true, true, true, true, false, false], "both sides");
        assert_eq!(areas(root.token()).await, [false, true, true, true, true, true]);
    })
    .await;
}

/// What was done before is not shown for what changed nothing.
#[tokio::test]
async fn the_row_shown_is_that_of_the_change() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        app.user("user_a").get("/v1/users/profile").await.expect(200);
        let browser = browser(app, root.token());
        let token = form_token(&browser).await;
        let agreed = async |path: &str, fields: &[(&str, &str)]| {
            let fields = [fields, &[("form_token", token.as_str())]].concat();
            let shown = browser.post_form(path, &fields).await.expect(200).text;
            let agreed = shown.split(r#"name="agreed" value=""#).nth(1).unwrap().split('"').next().unwrap();
            browser.post_form(path, &[fields, vec![("agreed", agreed)]].concat()).await.expect(200).text
        };
        let promote = "/dashboard/do/admin.promote";
        let first = agreed(promote, &[("user_id", "user_a")]).await;
        assert!(first.contains("<code>admin.promote</code>"), "{first}");
        let again = agreed(promote, &[("user_id", "user_a")]).await;
        assert!(again.contains("nothing was changed") && !again.contains("<code>admin.promote</code>"), "{again}");
    })
    .await;
}

#[tokio::test]
async fn what_users_wrote_stays_text() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let named = app.user("user_evil");
        named.get("/v1/users/profile").await.expect(200);
        let name = json!({ "display_name": "</td><script>alert(1)</script><img src=x>" });
        named.patch("/v1/users/profile", name).await.expect(200);
        let page = browser(app, root.token()).get("/dashboard/admin").await.expect(200).text;
        assert!(page.contains("alert(1)") && !page.contains("<script>alert") && !page.contains("<img"), "{page}");
    })
    .await;
}
