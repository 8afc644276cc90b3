//! The pages of the dashboard on access control and operations.

use serde_json::json;

use crate::support::{Caller, TestApp, on_each_backend};

/// Every page of these areas that needs no thing to be about.
const PAGES: [&str; 9] = [
    "/dashboard/access",
    "/dashboard/access/test?method=GET&path=/x",
    "/dashboard/flags",
    "/dashboard/announcements",
    "/api-keys",
    "/dashboard/audit",
    "/dashboard/audit/1",
    "/dashboard/audit/verify?run=yes",
    "/dashboard/system",
];

/// The same person in a browser.
fn browser(app: &TestApp, person: &Caller) -> Caller {
    app.anonymous().with_header("Cookie", &format!("__session={}", person.token()))
}

async fn page(browser: &Caller, path: &str) -> String {
    browser.get(path).await.expect(200).text
}

#[tokio::test]
async fn every_page_shows_to_who_may_see_it_and_to_nobody_else() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let user = app.user("user_plain");
        user.get("/api/v1/me").await.expect(200);
        let (as_root, as_user) = (browser(app, &root), browser(app, &user));
        for path in PAGES {
            page(&as_root, path).await;
            let refused = as_user.get(path).await.expect(403).text;
            assert!(refused.contains("have access to this page"), "{path}");
        }
        let denied = root.get("/admin/system/audit?status=denied&limit=1").await.expect(200).body;
        assert_eq!(denied["total"], 0, "who only looks leaves no refusals behind");
        as_root.get("/dashboard/audit/999999").await.expect(404);
        as_root.get("/dashboard/flags/unheard-of").await.expect(404);
        as_root.get("/dashboard/announcements/999").await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn a_flag_says_how_many_it_would_reach_and_leads_to_the_change() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let new = json!({ "flag_name": "beta", "enabled": true, "target_tiers": ["pro"] });
        let flag = root.post("/admin/system/flags", new).await.expect(201).body["flag"]["id"].to_string();
        let browser = browser(app, &root);
        assert!(page(&browser, "/dashboard/flags/beta").await.contains("It reaches 0 of 1 users."));
        let tried = page(&browser, "/dashboard/flags/beta?rollout_percentage=100&target_tiers=").await;
        assert!(tried.contains("At 100 % it would reach 1 of 1 users."), "{tried}");
        assert!(tried.contains("rollout_percentage=100") && tried.contains("target_tiers=\""), "{tried}");
        let wrong = page(&browser, "/dashboard/flags/beta?rollout_percentage=101").await;
        assert!(wrong.contains("Must be between 0 and 100"), "{wrong}");

        let form =
            page(&browser, &format!("/dashboard/do/flag.update?id={flag}&rollout_percentage=7&target_tiers=")).await;
        let field = |name: &str| form.lines().find(|line| line.contains(&format!("id=\"f-{name}\""))).unwrap();
        assert!(field("id").contains(&format!("value=\"{flag}\" readonly")), "{}", field("id"));
        assert!(field("rollout_percentage").contains("value=\"7\""), "{}", field("rollout_percentage"));
        assert!(field("target_tiers").contains("value=\"\""), "{}", field("target_tiers"));
        assert!(field("flag_name").contains("value=\"beta\""), "what is not in the link is as it is now");
    })
    .await;
}

#[tokio::test]
async fn announcements_are_shown_as_text_and_never_as_html() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let body = "For **all** <script>alert(1)</script>";
        let new = json!({ "title": "<b>New</b>", "body": body, "active_from": "2999-01-01T00:00:00Z" });
        let id = root.post("/admin/system/announcements", new).await.expect(201).body["announcement"]["id"].to_string();
        let browser = browser(app, &root);
        assert!(page(&browser, "/dashboard/announcements").await.contains("planned"));
        let shown = page(&browser, &format!("/dashboard/announcements/{id}")).await;
        assert!(shown.contains("&#60;strong&#62;all") && !shown.contains("<b>New") && !shown.contains("<script>alert"));
    })
    .await;
}

#[tokio::test]
async fn the_log_shows_what_changed_and_can_be_verified() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        root.put("/admin/system/tiers/pro", json!({ "rate_limit": 777 })).await.expect(200);
        let browser = browser(app, &root);
        let rows = page(&browser, "/dashboard/audit?action=tier.update").await;
        let row = rows.split("href=\"/dashboard/audit/").find_map(|rest| rest.split('"').next()?.parse::<u64>().ok());
        let row = page(&browser, &format!("/dashboard/audit/{}", row.unwrap())).await;
        assert!(row.contains("<del>300</del> <ins>777</ins>"), "{row}");
        assert!(page(&browser, "/dashboard/audit/verify?run=yes").await.contains("The log is intact"));
        let missing = format!("/dashboard/audit/verify?run=yes&expected_seal={}", "a".repeat(64));
        assert!(page(&browser, &missing).await.contains("is not in the chain"));
        browser.get("/dashboard/audit/verify?run=yes&expected_seal=x").await.expect(400);
    })
    .await;
}
