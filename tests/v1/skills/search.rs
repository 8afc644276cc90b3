use aedile_catalog::skills::PublishSkill;

use super::{encoded, market, pages, published, refused, skill, slugs};
use crate::support::{Caller, TestApp, on_each_backend};

async fn listing(app: &TestApp) {
    market(app).await;
    for (name, description, category, price_cents) in [
        ("Reader", "Can do a bit of PDF, among many other things.", "documents", 0),
        ("PDF Master", "Does it all.", "documents", 500),
        ("Markdown Linter", "Écoles of C++ und Ärzte. 北京!", "developer-tools", 0),
    ] {
        let skill =
            PublishSkill { description: description.into(), category: category.into(), price_cents, ..skill(name) };
        published(app, skill).await;
    }
}

async fn found(caller: &Caller, q: &str) -> String {
    slugs(caller.get(&format!("/v1/search?q={}", encoded(q))).await)
}

#[tokio::test]
async fn the_best_comes_first() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        for (q, expected) in [
            ("pdf", "pdf-master reader"),
            ("PDF mast", "pdf-master"),
            ("pd", "pdf-master reader"),
            ("markdown", "markdown-linter"),
            ("ecol", "markdown-linter"),
            ("ÄRZTE", "markdown-linter"),
            ("北京", "markdown-linter"),
            ("debug", "markdown-linter"),
            ("developer tools", "markdown-linter"),
            ("pdf linter", ""),
            ("nothingofthesort", ""),
        ] {
            assert_eq!(found(&anyone, q).await, expected, "{q}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_slip_at_the_end_of_a_word_is_forgiven() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        for (q, expected) in [
            ("markdwon", "markdown-linter"),
            ("mardkown lint", "markdown-linter"),
            ("readre", "reader"),
            ("mxrkdown", ""),
        ] {
            assert_eq!(found(&anyone, q).await, expected, "{q}");
        }
        assert_eq!(pages(&anyone, "/v1/search?q=documenst&", 1).await.matches('|').count(), 1, "pages widen alike");
    })
    .await;
}

#[tokio::test]
async fn hits_are_narrowed_and_come_in_pages() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        for (query, expected) in [
            ("q=pdf&category=documents", "pdf-master reader"),
            ("q=pdf&category=developer-tools", ""),
            ("q=pdf&category=nowhere", ""),
            ("q=pdf&max_price_cents=0", "reader"),
            ("q=pdf&min_price_cents=1&max_price_cents=500", "pdf-master"),
            ("q=pdf&limit=1&offset=1", "reader"),
            ("q=pdf&offset=999", ""),
        ] {
            assert_eq!(slugs(anyone.get(&format!("/v1/search?{query}")).await), expected, "{query}");
        }
        assert_eq!(pages(&anyone, "/v1/search?q=pdf&", 1).await, "pdf-master|reader");
        assert_eq!(pages(&anyone, "/v1/search?q=pdf&", 2).await, "pdf-master reader");
        for query in
            ["", "q=pdf&limit=0", "q=pdf&offset=1000", "q=pdf&cursor=x", "q=pdf&sort=price", "q=pdf&category=%25"]
        {
            refused(anyone.get(&format!("/v1/search?{query}")).await, 400);
        }
    })
    .await;
}

#[tokio::test]
async fn c_45_a_hostile_search_is_a_search_for_words() {
    on_each_backend(async |app| {
        listing(app).await;
        let anyone = app.anonymous();
        for q in [
            "\"",
            "pdf\"",
            "\"pdf\" OR \"linter\"",
            "*",
            "pdf*",
            "NEAR(",
            "NEAR(pdf reader, 5)",
            "a OR",
            "a AND",
            "NOT",
            "pdf OR linter",
            "name:pdf",
            "{name}: pdf",
            "^pdf",
            "-pdf",
            "+",
            ":",
            "-",
            "'",
            "''",
            "' OR '1'='1",
            "'; DROP TABLE skills; --",
            "pdf' & 'x",
            "pdf:*",
            "pdf:A",
            "!pdf",
            "pdf | linter",
            "pdf <-> reader",
            "(pdf",
            "pdf)",
            "\\",
            "%",
            "_",
            "$1",
            "?1",
            "...",
            "",
            "   ",
            "🦄",
            "\u{202e}",
            "ﷺ",
            "\u{0}",
            "pdf\u{0}",
            "a\nb",
            "\u{1b}[31m",
        ] {
            let reply = anyone.get(&format!("/v1/search?q={}", encoded(q))).await;
            assert!([200, 400].contains(&reply.status), "{q:?}: {} {}", reply.status, reply.text);
        }
        for q in ["\"", "*", ":", "-", "...", "   ", ""] {
            assert_eq!(found(&anyone, q).await, "", "{q:?}");
        }
        assert_eq!(found(&anyone, "pdf OR linter").await, "", "there are no operators");
        assert_eq!(found(&anyone, "\"pdf\"").await, "pdf-master reader");
        for length in [201, 10_000] {
            refused(anyone.get(&format!("/v1/search?q={}", "a".repeat(length))).await, 400);
            refused(anyone.get(&format!("/v1/search?q={}", "%22".repeat(length))).await, 400);
        }
        assert_eq!(found(&anyone, &"ﷺ".repeat(200)).await, "");
        assert_eq!(found(&anyone, &"ab ".repeat(66)).await, "");
        assert!([200, 400].contains(&anyone.get("/v1/search?q=%FF").await.status), "no UTF-8");
    })
    .await;
}
