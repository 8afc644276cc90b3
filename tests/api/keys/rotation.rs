//! Keys that replace others.

use futures_util::future::join_all;
use serde_json::json;

use super::super::{admin, audited, error};
use super::{KEYS, USERS, minted, path_of};
use crate::support::{TestApp, on_each_backend};

#[tokio::test]
async fn a_rotated_key_works_beside_its_successor_until_its_deadline() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (old, program) =
            minted(app, &admin, json!({ "description": "Deploys.", "requests_per_minute": 600 })).await;
        let rotate = format!("{}/rotate", path_of(&old));
        for bad in [json!({ "grace_minutes": 43_201 }), json!({ "grace_minutes": -1 }), json!({ "scopes": [] })] {
            error(admin.post(&rotate, bad).await, 400);
        }
        let new = admin.post(&rotate, json!({ "grace_minutes": 5 })).await.expect(201);
        for same in
            ["name", "description", "owner_email", "scopes", "allowed_networks", "requests_per_minute", "expires_at"]
        {
            assert_eq!(new.body[same], old[same], "{same}");
        }
        assert_eq!(new.body["rotated_from"], old["id"]);
        let secret = new.body["secret"].as_str().unwrap();
        let successor = app.with_token(secret);
        program.get(USERS).await.expect(200);
        successor.get(USERS).await.expect(200);
        let listed = admin.get(KEYS).await.expect(200);
        let (shown, ending) = (&listed.body["keys"][0], &listed.body["keys"][1]);
        assert_eq!((&shown["id"], &ending["id"]), (&new.body["id"], &old["id"]));
        assert_eq!((&ending["replaced_by"], &ending["expires_soon"]), (&new.body["id"], &json!(true)));
        let refused = admin.post(&rotate, json!({})).await;
        assert!(refused.text.contains(new.body["id"].as_str().unwrap()), "{}", refused.text);
        error(refused, 409);

        app.database.execute("UPDATE api_keys SET expires_at = 1 WHERE replaced_by IS NOT NULL");
        error(program.get(USERS).await, 401);
        successor.get(USERS).await.expect(200);
        error(admin.post(&rotate, json!({})).await, 409);
        let again = admin.post(&format!("{}/rotate", path_of(&new.body)), json!({ "grace_minutes": 0 })).await;
        again.expect(201);
        error(successor.get(USERS).await, 401);
        error(admin.post(&format!("{KEYS}/key_99/rotate"), json!({})).await, 404);

        assert_eq!(audited(&admin, "action=api_key.rotate&status=success").await, 2);
        assert_eq!(audited(&admin, "action=api_key.create").await, 3);
        let logs = admin.get("/admin/system/audit?resource_type=api_key").await.expect(200);
        assert!(!logs.text.contains(&secret[..20]), "{}", logs.text);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_rotated_once_however_many_ask() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (old, _) = minted(app, &admin, json!({})).await;
        let rotate = format!("{}/rotate", path_of(&old));
        let tries = (0..8).map(|_| admin.post(&rotate, json!({})));
        let mut statuses: Vec<u16> = join_all(tries).await.iter().map(|reply| reply.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
        assert_eq!(admin.get(KEYS).await.expect(200).body["total"], 2);
    })
    .await;
}
