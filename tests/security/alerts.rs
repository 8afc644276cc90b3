//! Super-admins hear of each other's doings.

use std::time::Duration;

use serde_json::json;

use crate::support::{Backend, MailSink, TestApp, eventually};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn super_admins_are_told_who_widens_rights() {
    for backend in Backend::all() {
        let sink = MailSink::start().await;
        let mail = ["--smtp-url", &sink.url, "--email-from", "mail@m.example", "--public-url", "https://m.example"];
        let app = TestApp::start(backend, &mail).await;
        for user in ["user_root", "user_other", "user_new"] {
            app.claimed_admin(user).get("/v1/users/profile").await.expect(200);
        }
        app.assign("user_other", "super-admin").await;
        let admin = app.super_admin().await;
        admin.post("/v1/admin/admins/user_new", json!({})).await.expect(200);
        admin.post("/v1/admin/admins/user_new", json!({})).await.expect(200);
        let role = json!({ "clerk_user_id": "user_new", "role_name": "super-admin" });
        admin.post("/admin/system/roles/assign", role).await.expect(200);
        let told = |words: &'static str| {
            let mails = sink.mails().into_iter().filter(|mail| mail.contains(words));
            mails.filter(|mail| mail.contains("user_other@example.com")).count()
        };
        for subject in
            ["Subject: Security: a user was made an admin", "Subject: Security: a user was made a super-admin"]
        {
            eventually(SOON, subject, || async { told(subject) > 0 }).await;
        }
        assert_eq!(told("Subject: Security: a user was made an admin"), 1, "what is so already is no news");
        app.stop().await;
    }
}
