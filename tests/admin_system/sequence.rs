//! Whatever is done in whatever order: each state change leaves exactly one audit row.

use serde_json::{Value, json};

use super::{Admin, Trail};
use crate::support::{Backend, Reply, TestApp, on_each_backend};

/// A generator of our own, so that a failure can be repeated (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.roll(of.len().try_into().unwrap())).unwrap()]
    }
}

/// What the lists show, which is all the state these operations have.
async fn state(admin: &Admin) -> Vec<Value> {
    let mut state = Vec::new();
    for list in ["roles", "roles/assignments", "tiers", "scopes", "endpoints", "flags", "announcements"] {
        let mut body = admin.get(&format!("/admin/system/{list}")).await.expect(200).body;
        // An assignment that is set to what it was says nothing new, whatever its row's number.
        for rows in body.as_object_mut().unwrap().values_mut().filter_map(Value::as_array_mut) {
            rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| {
                row.remove("updated_at");
            });
        }
        state.push(body);
    }
    state
}

async fn step(admin: &Admin, dice: &mut Dice) -> Reply {
    let name = dice.pick(&["one", "two", "three"]);
    let tier = dice.pick(&["free", "pro", "team"]);
    let bit = dice.roll(2);
    let id = dice.roll(6) + 1;
    let on = |list: &str| format!("/admin/system/{list}/{id}");
    let at = |list: &str, name: &str| format!("/admin/system/{list}/{name}");
    match dice.roll(16) {
        0 => {
            let new = json!({ "role_name": name, "display_name": tier, "permissions": ["flags:read"] });
            admin.post("/admin/system/roles", new).await
        }
        1 => admin.patch(&on("roles"), json!({ "is_active": bit })).await,
        2 => admin.patch(&on("roles"), json!({ "display_name": tier, "permissions": ["flags:read"] })).await,
        3 => {
            let role = dice.pick(&["viewer", "editor", "one", "super-admin"]);
            let user = dice.pick(&["user_a", "user_b"]);
            admin.post("/admin/system/roles/assign", json!({ "clerk_user_id": user, "role_name": role })).await
        }
        4 => {
            let (user, role) = (dice.pick(&["user_a", "user_b", "user_root"]), dice.pick(&["viewer", "editor"]));
            admin.delete(&format!("/admin/system/roles/revoke?clerk_user_id={user}&role_name={role}")).await
        }
        5 => {
            let changes = json!({ "display_name": name, "rate_limit": bit, "order_rank": 10 + bit });
            admin.put(&at("tiers", tier), changes).await
        }
        6 => admin.delete(&at("tiers", tier)).await,
        7 => admin.put(&at("scopes", name), json!({ "display_name": name, "required_tier": tier })).await,
        8 => admin.delete(&at("scopes", name)).await,
        9 => {
            let new = json!({ "path_pattern": format!("/{name}"), "required_tier": tier, "is_public": 0 });
            admin.post("/admin/system/endpoints", new).await
        }
        10 => admin.put(&on("endpoints"), json!({ "is_active": bit, "required_tier": null })).await,
        11 => admin.delete(&on("endpoints")).await,
        12 => admin.post("/admin/system/flags", json!({ "flag_name": name, "enabled": bit })).await,
        13 => admin.patch(&on("flags"), json!({ "enabled": bit, "target_tiers": [tier] })).await,
        14 => admin.delete(&on("flags")).await,
        _ => {
            let new = json!({ "title": name, "body": tier });
            if bit == 0 {
                admin.post("/admin/system/announcements", new).await
            } else {
                admin.delete(&on("announcements")).await
            }
        }
    }
}

#[tokio::test]
async fn as_many_rows_of_success_as_state_changes() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
        let mut trail = Trail::of(&admin).await;
        let (mut before, mut changes, mut refusals) = (state(&admin).await, 0, 0);
        for number in 0..200 {
            let reply = step(&admin, &mut dice).await;
            assert!(reply.status < 500, "{}", reply.text);
            let after = state(&admin).await;
            let expected: &[&str] = match (reply.status, before == after) {
                (200 | 201, true) => &[],
                (200 | 201, false) => &["success"],
                (_, true) => &["failure"],
                (status, false) => panic!("step {number} answered {status} and changed something: {}", reply.text),
            };
            let rows = trail.new_rows().await;
            let statuses: Vec<&str> = rows.iter().map(|row| row["status"].as_str().unwrap()).collect();
            assert_eq!(statuses, expected, "step {number}: {} and {rows:?}", reply.text);
            changes += usize::from(expected == ["success"]);
            refusals += usize::from(expected == ["failure"]);
            before = after;
        }
        assert!(changes > 50 && refusals > 20, "{changes} changes, {refusals} refusals");
        let total = admin.get("/admin/system/audit?status=success&actor_id=user_root&limit=1").await.expect(200);
        // The first sight of the caller is one more.
        assert_eq!(total.body["total"], changes + 1);
    })
    .await;
}

#[tokio::test]
async fn parallel_writers_leave_a_row_each() {
    for backend in Backend::all() {
        let app = TestApp::start(backend, &[]).await;
        let admin = Admin::of_provider(&app).await;
        let mut trail = Trail::of(&admin).await;
        let writers: Vec<_> = (0..24)
            .map(|i| {
                let caller = admin.caller.clone();
                let new = json!({ "flag_name": format!("flag-{i}") });
                tokio::spawn(async move { caller.post("/admin/system/flags", new).await.status })
            })
            .collect();
        for writer in writers {
            assert_eq!(writer.await.unwrap(), 201);
        }
        assert_eq!(trail.new_rows().await.len(), 24);
        app.stop().await;
    }
}
