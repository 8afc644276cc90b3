//! C-59: of tokens, codes and the webhook's secret nothing is in a log, an audit row or a metric.

use serde_json::json;

use super::{EXCHANGE, PASSWORD, TOKENS, VERIFIER, WEBHOOK_SECRET, asked, carried, submit};
use crate::support::{Backend, Binary, IdentityProvider, TestDatabase};

#[tokio::test]
async fn c_59_what_command_lines_sign_in_with_is_written_nowhere() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider).with("RUST_LOG", "trace");
        let binary = binary.with("JWT_SECRET", &"j".repeat(32)).with("CLERK_WEBHOOK_SECRET", WEBHOOK_SECRET);
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let server = binary.serve(&[]).await;
        let (anyone, root) = (server.caller(None), server.caller(Some(&IdentityProvider::token("user_root", true))));
        let new = json!({ "identifier": "user@example.com", "password": PASSWORD });
        root.post("/admin/local-users", new).await.expect(201);
        let form = asked(&[("identifier", "user@example.com"), ("password", PASSWORD)]);
        let (_, code) = carried(submit(&anyone, &form).await);
        let unused = carried(submit(&anyone, &form).await).1;
        let pair = json!({ "code": code, "code_verifier": VERIFIER });
        let made = anyone.post(EXCHANGE, pair.clone()).await.expect(201);
        anyone.post(EXCHANGE, pair).await.expect(400);
        let minted = root.post(TOKENS, json!({})).await.expect(201);
        let tokens = [&made, &minted].map(|reply| reply.body["token"].as_str().unwrap().to_owned());
        for token in &tokens {
            server.caller(Some(token)).get("/v1/flags").await.expect(200);
            server.caller(Some(&token[..50])).get("/v1/flags").await.expect(401);
        }
        let audit = root.get("/admin/system/audit?limit=100").await.expect(200).text;
        let metrics = anyone.get("/metrics").await.expect(200).text;
        let secrets = [&tokens[0][..50], &tokens[1][..50], &code, &unused, VERIFIER, &WEBHOOK_SECRET[6..], PASSWORD];
        for (place, text) in [("log", &server.log()), ("audit log", &audit), ("metrics", &metrics)] {
            assert!(text.len() > 200, "the {place} is empty");
            for secret in secrets {
                assert!(!text.contains(secret), "{backend:?}: {secret} is in the {place}");
            }
        }
        server.kill();
        provider.stop().await;
    }
}
