//! Lists in parts: bounds, offsets, and cursors while rows come in.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Admin, local_user};
use crate::support::{Caller, on_each_backend};

const LISTS: [(&str, &str); 4] = [
    ("/admin/system/audit", "logs"),
    ("/admin/system/flags", "flags"),
    ("/admin/system/announcements", "announcements"),
    ("/admin/local-users", "users"),
];

#[tokio::test]
async fn pages_out_of_range_are_refused() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        for (path, name) in LISTS {
            for bad in ["limit=0", "limit=101", "limit=-1", "limit=1e3", "offset=-1", "offset=x", "cursor=x", "page=2"]
            {
                admin.get(&format!("{path}?{bad}")).await.refused(400);
            }
            for good in ["limit=1", "limit=100", "offset=0", "limit=100&offset=4000000000"] {
                admin.get(&format!("{path}?{good}")).await.expect(200);
            }
            let reply = admin.get(&format!("{path}?limit=7&offset=3")).await.expect(200);
            assert_eq!((&reply.body["limit"], &reply.body["offset"]), (&json!(7), &json!(3)), "{name}");
            assert!(reply.body["total"].is_u64() && reply.body[name].is_array(), "{}", reply.text);
        }
    })
    .await;
}

#[tokio::test]
async fn offsets_and_cursors_walk_the_same_list() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        for i in 0..7 {
            admin.post("/admin/system/flags", json!({ "flag_name": format!("flag-{i}") })).await.expect(201);
            let new = json!({ "title": format!("News {i}"), "body": "B" });
            admin.post("/admin/system/announcements", new).await.expect(201);
        }
        for identifier in ["a@example.com", "b@example.com", "+4915112345678"] {
            local_user(&admin, identifier, "user").await;
        }
        for (path, name) in LISTS {
            let whole = admin.get(&format!("{path}?limit=100")).await.expect(200);
            let whole: Vec<Value> = ids(&whole.body[name]);
            let mut by_offset = Vec::new();
            for offset in (0..whole.len()).step_by(3) {
                let page = admin.get(&format!("{path}?limit=3&offset={offset}")).await.expect(200);
                assert_eq!(page.body["total"], whole.len());
                by_offset.extend(ids(&page.body[name]));
            }
            assert_eq!(by_offset, whole, "{name}");
            let (mut by_cursor, mut cursor) = first(&admin, path, name, 3).await;
            while let Some(at) = cursor {
                let page = next(&admin, path, name, 3, &at).await;
                by_cursor.extend(page.0);
                cursor = page.1;
            }
            assert_eq!(by_cursor, whole, "{name}");
            let (_, cursor) = first(&admin, path, name, 2).await;
            let cursor = cursor.unwrap();
            admin.get(&format!("{path}?cursor={cursor}&offset=1")).await.refused(400);
            let forged =
                if cursor.starts_with('A') { cursor.replacen('A', "B", 1) } else { format!("A{}", &cursor[1..]) };
            if forged != cursor {
                admin.get(&format!("{path}?cursor={forged}")).await.refused(400);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn cursors_neither_skip_nor_repeat_while_rows_come_in() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        for i in 0..40 {
            admin.post("/admin/system/flags", json!({ "flag_name": format!("old-{i}") })).await.expect(201);
        }
        for (path, name) in [LISTS[0], LISTS[1]] {
            let before: HashSet<String> = ids(&admin.get(&format!("{path}?limit=100")).await.expect(200).body[name])
                .iter()
                .map(Value::to_string)
                .collect();
            let writer = admin.caller.clone();
            let prefix = name.to_owned();
            let writing = tokio::spawn(async move {
                for i in 0..40 {
                    let new = json!({ "flag_name": format!("{prefix}-{i}") });
                    writer.post("/admin/system/flags", new).await.expect(201);
                }
            });
            let (mut seen, mut cursor) = first(&admin, path, name, 4).await;
            while let Some(at) = cursor {
                let page = next(&admin, path, name, 4, &at).await;
                seen.extend(page.0);
                cursor = page.1;
            }
            writing.await.unwrap();
            let distinct: HashSet<String> = seen.iter().map(Value::to_string).collect();
            assert_eq!(distinct.len(), seen.len(), "{name}: a row came twice");
            assert!(distinct.is_superset(&before), "{name}: a row was skipped");
        }
    })
    .await;
}

fn ids(rows: &Value) -> Vec<Value> {
    rows.as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
}

type Page = (Vec<Value>, Option<String>);

async fn first(caller: &Caller, path: &str, name: &str, limit: usize) -> Page {
    let reply = caller.get(&format!("{path}?limit={limit}")).await.expect(200);
    (ids(&reply.body[name]), reply.body["next_cursor"].as_str().map(str::to_owned))
}

async fn next(caller: &Caller, path: &str, name: &str, limit: usize, cursor: &str) -> Page {
    let reply = caller.get(&format!("{path}?limit={limit}&cursor={cursor}")).await.expect(200);
    assert_eq!(reply.body["total"], Value::Null, "what is behind a cursor is not counted");
    (ids(&reply.body[name]), reply.body["next_cursor"].as_str().map(str::to_owned))
}
