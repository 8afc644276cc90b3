//! C-27: what the identity provider did not sign, or not like this, tells nothing.

use serde_json::json;

use super::{WEBHOOK_SECRET, changed, known, now_seconds, problem, send, send_signed, signature};
use crate::support::{TestApp, on_each_backend, on_each_backend_with};

const WITH_SECRET: [&str; 2] = ["--clerk-webhook-secret", WEBHOOK_SECRET];
const OTHER_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

#[tokio::test]
async fn without_a_secret_no_event_is_taken() {
    on_each_backend(async |app: &TestApp| {
        let body = changed("user.created", "user_ada", "ada@example.com", 0).to_string();
        problem(send_signed(app, "msg_1", now_seconds(), &body).await, 503);
        assert_eq!(known(app, "user_ada").await, None);
    })
    .await;
}

#[tokio::test]
async fn c_27_improperly_signed_events_are_refused() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        let now = now_seconds();
        let body = changed("user.created", "user_ada", "ada@example.com", 0).to_string();
        let good = signature(WEBHOOK_SECRET, "msg_1", now, &body);
        let (tag, at) = (&good[3..], now.to_string());
        let wrong = signature(OTHER_SECRET, "msg_1", now, &body);
        let all = [("svix-id", "msg_1"), ("svix-timestamp", at.as_str()), ("svix-signature", good.as_str())];
        for missing in 0..3 {
            let some: Vec<_> = (0..3).filter(|n| *n != missing).map(|n| all[n]).collect();
            problem(send(app, &some, &body).await, 401);
            let twice: Vec<_> = all.iter().copied().chain([all[missing]]).collect();
            problem(send(app, &twice, &body).await, 401);
        }
        let unbranded =
            [("webhook-id", "msg_1"), ("webhook-timestamp", at.as_str()), ("webhook-signature", good.as_str())];
        problem(send(app, &unbranded, &body).await, 401);
        for signatures in [
            "",
            "v1,",
            tag,
            &wrong,
            &format!("v2,{tag}"),
            &format!("v1a,{tag}"),
            &good[..good.len() - 4],
            &format!("{wrong} {wrong}"),
        ] {
            let headers = [all[0], all[1], ("svix-signature", signatures)];
            problem(send(app, &headers, &body).await, 401);
        }
        problem(send(app, &[("svix-id", "msg_2"), all[1], all[2]], &body).await, 401);
        problem(send(app, &[all[0], ("svix-timestamp", &(now + 1).to_string()), all[2]], &body).await, 401);
        problem(send(app, &all, &body.replace("ada@", "eve@")).await, 401);
        problem(send(app, &all, "").await, 401);
        for off in [-400, 400, -86_400] {
            problem(send_signed(app, "msg_1", now + off, &body).await, 401);
        }
        assert_eq!(known(app, "user_ada").await, None);
        // One good signature among others is enough, and nothing of the above used the event up.
        let several = format!("v2,{tag} {wrong} {good}");
        let reply = send(app, &[all[0], all[1], ("svix-signature", &several)], &body).await.expect(200);
        assert_eq!(reply.body, json!({ "received": true }));
        assert!(known(app, "user_ada").await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_signed_body_that_is_no_event_is_refused_and_a_strange_event_is_not() {
    on_each_backend_with(&WITH_SECRET, async |app: &TestApp| {
        for body in
            ["", "null", "[]", "{}", "not json", r#"{"type":"user.created","data":{}}"#, "\u{1}", r#"{"type":1}"#]
        {
            problem(send_signed(app, "msg_1", now_seconds(), body).await, 400);
        }
        for kind in ["session.created", "organization.created", "email.created", "user.created2", ""] {
            let event = json!({ "type": kind, "data": { "id": "user_ada" } }).to_string();
            send_signed(app, "msg_1", now_seconds(), &event).await.expect(200);
        }
        assert_eq!(known(app, "user_ada").await, None);
        let huge = format!("{{\"x\":\"{}\"}}", "a".repeat(1024 * 1024));
        problem(send_signed(app, "msg_1", now_seconds(), &huge).await, 413);
    })
    .await;
}
