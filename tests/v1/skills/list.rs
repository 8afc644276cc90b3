use aedile_catalog::skills::PublishSkill;

use super::{encoded, market, pages, published, refused, seller, skill, slugs};
use crate::support::{TestApp, on_each_backend};

async fn listing(app: &TestApp) {
    market(app).await;
    seller(app, "bob", true).await;
    for (name, category, price_cents, user) in [
        ("Free", "developer-tools", 0, "ada"),
        ("Cheap", "developer-tools", 100, "bob"),
        ("Dear", "documents", 900, "ada"),
        ("Other", "documents", 0, "bob"),
        ("Last", "developer-tools", 500, "ada"),
    ] {
        let skill = PublishSkill { category: category.into(), price_cents, ..skill(name) };
        super::publish(app, user, skill).await.unwrap();
    }
}

#[tokio::test]
async fn the_list_is_newest_first_and_narrowed_by_filters() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        for (query, expected) in [
            ("", "last other dear cheap free"),
            ("?category=documents", "other dear"),
            ("?category=nowhere", ""),
            ("?seller=bob", "other cheap"),
            ("?seller=nobody", ""),
            ("?min_price_cents=100", "last dear cheap"),
            ("?min_price_cents=100&max_price_cents=500", "last cheap"),
            ("?max_price_cents=0", "other free"),
            ("?category=developer-tools&seller=ada&max_price_cents=499", "free"),
            ("?limit=2&offset=1", "other dear"),
        ] {
            assert_eq!(slugs(anyone.get(&format!("/v1/skills{query}")).await), expected, "{query}");
        }
        assert_eq!(pages(&anyone, "/v1/skills?", 2).await, "last other|dear cheap|free");
        assert_eq!(pages(&anyone, "/v1/skills?category=developer-tools&", 1).await, "last|cheap|free");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        for query in [
            "limit=0",
            "limit=101",
            "limit=x",
            "offset=-1",
            "cursor=x",
            "min_price_cents=-1",
            "max_price_cents=-1",
            "min_price_cents=2&max_price_cents=1",
            "min_price_cents=1.5",
            "category=",
            "category=%25",
            "seller=A%20b",
            "sort_by=price",
            "is_active=false",
            "seller_id=user_ada",
            "q=a",
            "category=a%00",
        ] {
            refused(anyone.get(&format!("/v1/skills?{query}")).await, 400);
        }
        for text in ["'", "a' OR 1=1 --", "a\"b", "a\0b"] {
            refused(anyone.get(&format!("/v1/skills?category={}", encoded(text))).await, 400);
            let status = anyone.get(&format!("/v1/skills/{}", encoded(text))).await.status;
            assert!([400, 404].contains(&status), "{text}: {status}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_44_cursors_are_this_lists_own() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        let cursor_of = async |path: &str| {
            let reply = anyone.get(path).await.expect(200);
            reply.body["next_cursor"].as_str().unwrap().to_owned()
        };
        let listed = cursor_of("/v1/skills?limit=1").await;
        let found = cursor_of("/v1/search?q=does&limit=1").await;
        refused(anyone.get(&format!("/v1/skills?cursor={found}")).await, 400);
        refused(anyone.get(&format!("/v1/search?q=does&cursor={listed}")).await, 400);
        for (path, cursor) in [("/v1/skills?", &listed), ("/v1/search?q=does&", &found)] {
            for at in 0..cursor.len() {
                let changed = if cursor.as_bytes()[at] == b'A' { "B" } else { "A" };
                let forged = format!("{}{changed}{}", &cursor[..at], &cursor[at + 1..]);
                refused(anyone.get(&format!("{path}cursor={forged}")).await, 400);
            }
            refused(anyone.get(&format!("{path}cursor={cursor}&offset=1")).await, 400);
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_skill_is_not_found_and_a_bad_credential_is_refused() {
    on_each_backend(async |app| {
        market(app).await;
        published(app, skill("Hello")).await;
        for path in ["/v1/skills/nothing", "/v1/skills/Hello", "/v1/detail/nothing", "/v1/skills/developer-tools"] {
            refused(app.anonymous().get(path).await, 404);
        }
        for path in ["/v1/skills", "/v1/skills/hello", "/v1/detail/hello", "/v1/search?q=a"] {
            app.user("user_eve").get(path).await.expect(200);
            refused(app.with_token("nonsense").get(path).await, 401);
        }
    })
    .await;
}
