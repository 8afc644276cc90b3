//! Claims to skills of other registries.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::skills::{market, seller};
use super::{admin, audited, known, problem};
use crate::support::{Caller, TestApp, on_each_backend};

const SANDBOX: &str = "/v1/admin/claims/sandbox";
const CLAIM: &str = "/v1/skills/acme-pdf/claim";

/// A skill `acme-pdf` of another registry, whose owner there is owner@acme.example.
async fn imported(app: &TestApp) -> Caller {
    market(app).await;
    let admin = admin(app).await;
    let skill = json!({
        "registry": "skills.example", "external_id": "acme/pdf", "name": "Acme PDF", "description": "D",
        "category": "developer-tools", "owner_email": "Owner@Acme.example",
    });
    admin.post("/v1/admin/skills/import", skill).await.expect(201);
    admin
}

async fn selling(app: &TestApp, id: &str) -> Caller {
    seller(app, id, false).await;
    app.user(&format!("user_{id}"))
}

async fn claim(caller: &Caller, evidence: &str) -> Value {
    caller.post(CLAIM, json!({ "evidence": evidence })).await.expect(201).body
}

async fn owner(app: &TestApp) -> Value {
    app.anonymous().get("/v1/skills/acme-pdf").await.expect(200).body["seller"]["slug"].clone()
}

#[tokio::test]
async fn an_approved_claim_moves_the_skill_and_its_rivals_lose() {
    on_each_backend(async |app| {
        let admin = imported(app).await;
        let (bob, cleo) = (selling(app, "bob").await, selling(app, "cleo").await);
        let (first, second) = (claim(&bob, "My repository.").await, claim(&cleo, "").await);
        assert_eq!(
            (&first["status"], &first["skill_slug"], &first["claimant_id"], &first["evidence"]),
            (&json!("sandbox"), &json!("acme-pdf"), &json!("user_bob"), &json!("My repository."))
        );
        problem(bob.post(CLAIM, json!({})).await, 409);
        let listed = admin.get(SANDBOX).await.expect(200);
        assert_eq!((&listed.body["total"], &listed.body["claims"][0]["id"]), (&json!(2), &first["id"]));

        let shown = admin.get(&format!("/v1/admin/claims/{}", second["id"])).await.expect(200).body;
        assert_eq!((&shown["claim"], &shown["rivals"]), (&second, &json!([first])));
        problem(admin.get("/v1/admin/claims/999").await, 404);
        problem(bob.get(&format!("/v1/admin/claims/{}", first["id"])).await, 403);
        let approved = admin.post(&format!("/v1/admin/claims/{}/approve", second["id"]), json!({})).await.expect(200);
        assert_eq!((&approved.body["status"], &approved.body["decided_by"]), (&json!("approved"), &json!("user_root")));
        assert_eq!(owner(app).await, "cleo");
        assert_eq!(admin.get(SANDBOX).await.expect(200).body["claims"], json!([]));
        let rejected = format!("action=claim.reject&resource_id={}", first["id"]);
        assert_eq!(audited(&admin, &rejected).await, 1);
        assert_eq!(audited(&admin, "action=claim.approve&status=success").await, 1);
        for (id, verb) in [(&first["id"], "approve"), (&second["id"], "approve"), (&second["id"], "reject")] {
            problem(admin.post(&format!("/v1/admin/claims/{id}/{verb}"), json!({})).await, 409);
        }
        problem(bob.post(CLAIM, json!({})).await, 409);
        let story = admin.get("/v1/admin/users/user_bob").await.expect(200);
        assert_eq!(
            (&story.body["claims"][0]["status"], &story.body["claims"][0]["skill_slug"]),
            (&json!("rejected"), &json!("acme-pdf"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_owners_verified_address_decides_at_once() {
    on_each_backend(async |app| {
        let admin = imported(app).await;
        let (bob, cleo) = (selling(app, "bob").await, selling(app, "cleo").await);
        claim(&bob, "").await;
        app.change_by_sql(
            "UPDATE users SET email = 'owner@acme.example', email_verified = FALSE WHERE id = 'user_bob'",
        );
        problem(bob.post(CLAIM, json!({})).await, 409);
        app.change_by_sql(
            "UPDATE users SET email = 'owner@ACME.example', email_verified = TRUE WHERE id = 'user_cleo'",
        );
        let approved = claim(&cleo, "").await;
        assert_eq!((&approved["status"], &approved["decided_by"]), (&json!("approved"), &json!("system")));
        assert_eq!(owner(app).await, "cleo");
        assert_eq!(admin.get(SANDBOX).await.expect(200).body["total"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_rejected_claim_leaves_the_skill_and_may_be_made_again() {
    on_each_backend(async |app| {
        let admin = imported(app).await;
        let bob = selling(app, "bob").await;
        let path = format!("/v1/admin/claims/{}", claim(&bob, "").await["id"]);
        problem(admin.post(&format!("{path}/reject"), json!({ "why": "x" })).await, 400);
        let rejected = admin.post(&format!("{path}/reject"), json!({ "reason": "No proof" })).await.expect(200);
        assert_eq!((&rejected.body["status"], &rejected.body["reason"]), (&json!("rejected"), &json!("No proof")));
        problem(admin.post(&format!("{path}/approve"), json!({})).await, 409);
        assert_eq!(owner(app).await, Value::Null);
        claim(&bob, "Here is proof.").await;
        assert_eq!(audited(&admin, "action=claim.approve&status=failure").await, 1);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_claim_or_decide_is_refused() {
    on_each_backend(async |app| {
        let admin = imported(app).await;
        let (plain, bob) = (known(app, "user_plain").await, selling(app, "bob").await);
        problem(plain.post(CLAIM, json!({})).await, 403);
        problem(app.anonymous().post(CLAIM, json!({})).await, 401);
        problem(bob.post("/v1/skills/nothing/claim", json!({})).await, 404);
        problem(bob.post(CLAIM, json!({ "evidence": "x".repeat(4_001) })).await, 400);
        super::skills::publish(app, "ada", super::skills::skill("Hello")).await.unwrap();
        problem(bob.post("/v1/skills/hello/claim", json!({})).await, 409);
        let id = claim(&bob, "").await["id"].clone();
        for verb in ["approve", "reject"] {
            problem(bob.post(&format!("/v1/admin/claims/{id}/{verb}"), json!({})).await, 403);
            problem(admin.post(&format!("/v1/admin/claims/999/{verb}"), json!({})).await, 404);
        }
        problem(bob.get(SANDBOX).await, 403);
        // Who is held by now gets nothing.
        admin.post("/v1/admin/abuse/hold-account/user_bob", json!({ "reason": "why" })).await.expect(200);
        problem(admin.post(&format!("/v1/admin/claims/{id}/approve"), json!({})).await, 409);
        assert_eq!(owner(app).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_claim_approved_and_rejected_at_once_is_decided_once() {
    on_each_backend(async |app| {
        let admin = imported(app).await;
        let bob = selling(app, "bob").await;
        for _ in 0..10 {
            let path = format!("/v1/admin/claims/{}", claim(&bob, "").await["id"]);
            let decide = |n: usize| {
                let (admin, verb) = (&admin, if n.is_multiple_of(2) { "approve" } else { "reject" });
                let path = format!("{path}/{verb}");
                async move { admin.post(&path, json!({})).await.status }
            };
            let statuses = join_all((0..10).map(decide)).await;
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
            let is_approved = statuses.iter().position(|status| *status == 200).unwrap().is_multiple_of(2);
            assert_eq!(owner(app).await == "bob", is_approved);
            if is_approved {
                app.database.execute("UPDATE skills SET seller_id = NULL WHERE slug = 'acme-pdf'");
                app.database.execute("DELETE FROM claims");
            }
        }
    })
    .await;
}
