//! Support agents: somebody with a role and the admin claim, and without the flag `is_admin`, does what the role permits.

use serde_json::json;

use super::purchases::{beside_stripe, beside_stripe_with, bought, shop};
use crate::api::{admin, audited, known};
use crate::operations::agents::asked;
use crate::support::{Caller, TestApp};
use crate::v1::problem;

const AGENT: [&str; 5] = ["users:read", "users:hold", "billing:read", "billing:refund", "audit:read"];

/// Somebody with the admin claim and a role of exactly these permissions.
async fn holder(app: &TestApp, admin: &Caller, user: &str, permissions: &[&str]) -> Caller {
    let role = json!({ "role_name": user, "display_name": user, "permissions": permissions });
    admin.post("/admin/system/roles", role).await.expect(201);
    app.assign(user, user).await;
    let holder = app.claimed_admin(user);
    holder.get("/v1/users/profile").await.expect(200);
    holder
}

#[tokio::test]
async fn an_agent_looks_users_up_refunds_and_holds_without_being_an_admin() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let (user, agent) = (known(app, "user_a").await, holder(app, &admin, "user_agent", &AGENT).await);
        let purchase = bought(app, stripe, &user).await;
        assert_eq!(agent.get("/v1/admin/check").await.expect(200).body["is_admin"], false);
        let found = agent.get("/v1/admin/users?q=user_a@").await.expect(200).body;
        assert_eq!(found["users"][0]["id"], "user_a");
        agent.get("/v1/admin/users/user_a").await.expect(200);
        agent.get("/v1/admin/sales?buyer_id=user_a").await.expect(200);
        let refund = agent.post(&format!("/v1/admin/refunds/{purchase}"), json!({ "reason": "asked for" })).await;
        assert_eq!(refund.expect(200).body["amount_cents"], 999);
        let reason = json!({ "reason": "a chargeback" });
        agent.post("/v1/admin/abuse/hold-account/user_a", reason.clone()).await.expect(200);
        problem(user.get("/v1/purchases").await, 403);
        agent.post("/v1/admin/abuse/release-account/user_a", json!({})).await.expect(200);
        for action in ["refund.issue", "account.hold", "account.release"] {
            let query = format!("actor_id=user_agent&status=success&action={action}");
            assert_eq!(audited(&admin, &query).await, 1, "{action}");
        }

        let refused: [(&str, &str, serde_json::Value); 6] = [
            ("/v1/admin/admins/user_agent", "admins:write", json!({})),
            ("/v1/admin/marketing-email", "mail:send", json!({ "subject": "a", "html_body": "b" })),
            ("/v1/admin/abuse/hold-account/user_root", "which you don't have yourself", reason),
            ("/api/v1/admin/vouchers", "vouchers:write", json!({ "count": 1, "amount": "1.00" })),
            ("/api/v1/admin/credits/grant", "billing:grant", json!({ "email": "a@b.example", "amount": "1.00" })),
            ("/api/admin/api-keys", "keys:write", json!({ "name": "a", "scopes": ["billing:read"] })),
        ];
        for (path, permission, body) in refused {
            let reply = agent.post(path, body).await.expect(403);
            assert!(reply.text.contains(permission), "{path}: {}", reply.text);
        }
        // The role counts as long as it is assigned, and with the claim only.
        let unclaimed = app.user("user_agent");
        problem(unclaimed.get("/v1/admin/users").await, 403);
        admin.delete("/admin/system/roles/revoke?clerk_user_id=user_agent&role_name=user_agent").await.expect(200);
        problem(agent.get("/v1/admin/users").await, 403);
    })
    .await;
}

#[tokio::test]
async fn an_agent_refunds_by_name_as_a_tool_and_in_a_form() {
    beside_stripe_with(&["--agents-allow-write"], async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let purchase = bought(app, stripe, &user).await;
        let agent = holder(app, &admin, "user_agent", &AGENT).await;
        let tools = asked(&agent, "tools/list", json!({})).await["tools"].clone();
        let names: Vec<&str> = tools.as_array().unwrap().iter().filter_map(|tool| tool["name"].as_str()).collect();
        for (name, is_offered) in [("refund_issue", true), ("user_get", true), ("credits_grant", false)] {
            assert_eq!(names.contains(&name), is_offered, "{name}");
        }
        let cookie = format!("__session={}", agent.token());
        let browser = app.anonymous().with_header("Cookie", &cookie).with_header("Origin", &app.url());
        for (page, shows, hides) in [
            ("/dashboard", "/dashboard/money", "/api-keys"),
            ("/dashboard/money/sales", "/dashboard/do/refund.issue", "/dashboard/do/credits.grant"),
            ("/dashboard/users/user_a", "/dashboard/do/account.hold", "/dashboard/do/admin.promote"),
        ] {
            let text = browser.get(page).await.expect(200).text;
            assert!(text.contains(shows) && !text.contains(hides), "{page}");
        }
        let input = json!({ "purchase": purchase, "amount_cents": 100 });
        let preview = agent.post("/v1/admin/operations/refund.issue?dry_run=true", input.clone()).await.expect(200);
        assert!(!preview.body["records"].as_array().unwrap().is_empty(), "{}", preview.text);
        agent.post("/v1/admin/operations/refund.issue", input).await.expect(200);
        assert_eq!(stripe.refund_count(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_03_who_holds_a_part_of_an_admins_permissions_makes_no_admin() {
    beside_stripe(async |app, _| {
        let admin = admin(app).await;
        known(app, "user_friend").await;
        let clerk =
            holder(app, &admin, "user_clerk", &["admins:write", "users:read", "keys:write", "billing:read"]).await;
        problem(clerk.post("/v1/admin/admins/user_friend", json!({})).await, 403);
        problem(clerk.post("/v1/admin/admins/user_clerk", json!({})).await, 403);
        problem(clerk.delete("/v1/admin/admins/user_root").await, 403);
        let key = |scopes: &[&str]| json!({ "name": "bot", "owner_email": "user_root@example.com", "scopes": scopes });
        for scopes in [
            &["admin:read"][..],
            &["admin:write"],
            &["billing:grant"],
            &["billing:read", "user:write", "vouchers:read"],
        ] {
            clerk.post("/api/admin/api-keys", key(scopes)).await.expect(403);
        }
        // Not even what they hold themselves: the key would read, and with user:write spend, what is its owner's.
        for scope in ["billing:read", "user:write"] {
            clerk.post("/api/admin/api-keys", key(&[scope])).await.expect(403);
        }
        // A key of one fine scope reads what that scope names, and nothing else.
        let minted = admin.post("/api/admin/api-keys", key(&["billing:read"])).await.expect(201).body;
        let bot = app.with_token(minted["secret"].as_str().unwrap());
        bot.get("/api/v1/admin/users").await.expect(200);
        bot.get("/api/v1/admin/vouchers").await.expect(403);
        let grant = json!({ "email": "user_root@example.com", "amount": "1.00" });
        bot.post("/api/v1/admin/credits/grant", grant).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn the_catalogue_says_what_each_permission_is_for() {
    beside_stripe(async |app, _| {
        let admin = admin(app).await;
        let listed = admin.get("/admin/system/permissions").await.expect(200).body["permissions"].clone();
        let refund = listed.as_array().unwrap().iter().find(|listed| listed["name"] == "billing:refund").unwrap();
        assert_eq!(
            *refund,
            json!({
                "name": "billing:refund",
                "description": "Refund purchases.",
                "risk": "high",
                "implied_by": "admin:write",
            })
        );
        app.user("user_a").get("/admin/system/permissions").await.expect(403);
    })
    .await;
}
