//! Admin operations may be open to certain networks only.

use serde_json::json;

use crate::support::{Caller, TestApp, on_each_backend_with};

const SETTINGS: [&str; 4] = ["--admin-networks", "203.0.113.0/24,2001:db8::/32", "--trusted-proxies", "127.0.0.1/32"];

fn from(caller: &Caller, address: &str) -> Caller {
    caller.clone().with_header("X-Forwarded-For", address)
}

#[tokio::test]
async fn admin_operations_are_refused_from_elsewhere_at_every_entry_point() {
    on_each_backend_with(&SETTINGS, async |app: &TestApp| {
        app.claimed_admin("user_root").get("/v1/users/profile").await.expect(200);
        app.assign("user_root", "super-admin").await;
        let (admin, operator) = (app.claimed_admin("user_root"), app.operator());
        let tools = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "role_list", "arguments": {} } });
        for (address, is_open) in [
            ("203.0.113.7", true),
            ("2001:db8::7", true),
            ("198.51.100.7", false),
            ("203.0.113.7, 198.51.100.7", false),
        ] {
            let admin = from(&admin, address);
            let expected = if is_open { 200 } else { 403 };
            let refused = admin.get("/admin/system/roles").await.expect(expected);
            assert!(is_open || refused.text.contains("certain networks"), "{}", refused.text);
            admin.post("/v1/admin/operations/role.list", json!({})).await.expect(expected);
            from(&operator, address).get("/api/admin/users/user_root/plan").await.expect(expected);
            let agent = admin.clone().with_header("Accept", "application/json, text/event-stream");
            let agent = agent.with_header("MCP-Protocol-Version", "2025-06-18").post("/mcp", tools.clone()).await;
            assert_eq!(agent.text.contains("certain networks"), !is_open, "{}", agent.text);
            let cookie = format!("__session={}", admin.token());
            let browser = from(&app.anonymous(), address).with_header("Cookie", &cookie);
            browser.get("/dashboard/access").await.expect(expected);
            // What is one's own is open from everywhere.
            admin.get("/v1/users/profile").await.expect(200);
        }
    })
    .await;
}
