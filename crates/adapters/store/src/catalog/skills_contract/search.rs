use aedile_catalog::skills::{IndexEntry, NewSkill, SkillCategory, SkillChanges, SkillFilter, SkillListing, Terms};
use diesel::connection::SimpleConnection;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{at, category, insert, new_skill, seller, skills};
use crate::connection::Connection;
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn put(connection: &mut Connection, category: &SkillCategory, slug: &str, name: &str, description: &str) {
    let new = NewSkill { name: name.into(), description: description.into(), ..new_skill(slug, category, None) };
    insert(connection, &new, category);
}

fn found_in(connection: &mut Connection, filter: &SkillFilter, q: &str, limit: u32, offset: u32) -> String {
    let Some(terms) = Terms::parse(q).unwrap() else { return "no terms".to_owned() };
    let listing: &mut dyn SkillListing = connection;
    let hits = listing.search_skills(&terms, filter, limit, offset).unwrap();
    hits.iter().map(|skill| skill.slug.as_str()).collect::<Vec<_>>().join(" ")
}

fn found(connection: &mut Connection, q: &str) -> String {
    found_in(connection, &SkillFilter::default(), q, 50, 0)
}

/// Hits in the order of their names, where their rank does not matter.
fn sorted(hits: &str) -> String {
    let mut slugs: Vec<&str> = hits.split(' ').collect();
    slugs.sort_unstable();
    slugs.join(" ")
}

fn catalog(connection: &mut Connection) {
    let docs = category(connection, "documents", "Documents", "office, pages");
    let code = category(connection, "code", "Code", "lint, debug");
    put(connection, &docs, "mentions", "Reader", "It can also do a bit of PDF, among many other things.");
    put(connection, &docs, "pdf-tool", "Splitter", "Cuts files to pieces.");
    put(connection, &docs, "named", "PDF master", "Does it all.");
    put(connection, &code, "linter", "Écoles of C++", "Ошибки и 北京. It's 1e5 times 0x1F, e-mail a@b.example, 3.14!");
}

#[test]
fn names_come_before_keywords_and_keywords_before_descriptions() {
    for_each_backend(|c| {
        catalog(c);
        assert_eq!(found(c, "pdf"), "named pdf-tool mentions");
    });
}

#[test]
fn of_equals_the_older_comes_first() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        for slug in ["b", "d", "a", "c"] {
            put(c, &tools, slug, "Same", "Alike.");
        }
        assert_eq!(found(c, "same"), "b d a c");
        assert_eq!(found_in(c, &SkillFilter::default(), "same", 2, 1), "d a");
    });
}

#[test]
fn words_are_found_whatever_their_case_and_script() {
    for_each_backend(|c| {
        catalog(c);
        for q in [
            "ECOLES",
            "écoles",
            "ecol",
            "ошибки",
            "oshibki",
            "Oshib",
            "北京",
            "bei jing",
            "beijing",
            "1e5",
            "1e",
            "0x1f",
            "0x",
            "example",
            "a b example",
            "3.14",
            "14",
            "it s",
            "It's",
            "debug",
            "linter",
            "ecoles debug 北京 times",
        ] {
            let expected = if q == "beijing" { "" } else { "linter" };
            assert_eq!(found(c, q), expected, "{q}");
        }
    });
}

#[test]
fn all_words_must_be_found_and_only_the_last_may_be_a_beginning() {
    for_each_backend(|c| {
        catalog(c);
        assert_eq!(found(c, "pdf mast"), "named");
        assert_eq!(found(c, "mast pdf"), "");
        assert_eq!(found(c, "pdf linter"), "");
        assert_eq!(sorted(&found(c, "documents")), "mentions named pdf-tool");
        assert_eq!(found(c, "office sp"), "pdf-tool");
    });
}

#[test]
fn hits_are_narrowed_and_come_in_parts() {
    for_each_backend(|c| {
        seller(c, "ada", true);
        catalog(c);
        c.batch_execute("UPDATE skills SET price_cents = 500, seller_id = 'ada' WHERE slug = 'named'").unwrap();
        let all = SkillFilter::default();
        let free = SkillFilter { max_price_cents: Some(499), ..all.clone() };
        let paid = SkillFilter { min_price_cents: Some(500), ..all.clone() };
        let code = SkillFilter { category: Some("code".into()), ..all.clone() };
        let nowhere = SkillFilter { category: Some("nowhere".into()), ..all.clone() };
        let of_ada = SkillFilter { seller: Some("ada".into()), ..all.clone() };
        for (filter, expected) in [
            (&all, "named pdf-tool mentions"),
            (&free, "pdf-tool mentions"),
            (&paid, "named"),
            (&code, ""),
            (&nowhere, ""),
            (&of_ada, "named"),
        ] {
            assert_eq!(found_in(c, filter, "pdf", 50, 0), expected, "{filter:?}");
        }
        assert_eq!(found_in(c, &all, "pdf", 2, 0), "named pdf-tool");
        assert_eq!(found_in(c, &all, "pdf", 2, 2), "mentions");
        assert_eq!(found_in(c, &all, "pdf", 2, 3), "");
        c.batch_execute("UPDATE skills SET is_active = FALSE WHERE slug = 'named'").unwrap();
        assert_eq!(found(c, "pdf"), "pdf-tool mentions");
    });
}

#[test]
fn what_is_said_anew_is_found_anew() {
    for_each_backend(|c| {
        catalog(c);
        let docs = skills(c).hold_category("documents").unwrap().unwrap();
        let id = skills(c).lock_skill("named").unwrap().unwrap().id;
        let changes = SkillChanges {
            name: "Postscript".into(),
            description: "D".into(),
            category: docs.id,
            price_cents: 0,
            version: "2.0.0".into(),
            updated_at: at(1),
        };
        let index = IndexEntry::of(&changes.name, "named", &changes.description, &docs);
        skills(c).set_skill(id, &changes, &index).unwrap();
        assert_eq!((found(c, "pdf"), found(c, "postscr")), ("pdf-tool mentions".into(), "named".into()));

        c.batch_execute("UPDATE categories SET name = 'Papers', sample_keywords = 'scrolls' WHERE slug = 'documents'")
            .unwrap();
        skills(c).index_category(docs.id).unwrap();
        assert_eq!((found(c, "office"), found(c, "documents")), (String::new(), String::new()));
        assert_eq!(sorted(&found(c, "scrolls")), "mentions named pdf-tool");
        assert_eq!(found(c, "papers postscript"), "named");
        assert_eq!(found(c, "lint"), "linter", "other categories are left alone");
    });
}

#[test]
fn c_45_no_search_says_more_than_words() {
    for_each_backend(|c| {
        catalog(c);
        for q in [
            "\"",
            "pdf\"",
            "pdf*",
            "*",
            "NEAR(",
            "NEAR(pdf reader, 5)",
            "pdf OR linter",
            "a OR",
            "pdf AND",
            "NOT pdf",
            "name:pdf",
            "{name keywords}: pdf",
            "^pdf",
            "-pdf",
            "pdf -reader",
            "+",
            "pdf + reader",
            "'",
            "pdf' & 'x",
            "pdf:*",
            "pdf:A",
            "!pdf",
            "pdf | linter",
            "pdf <-> reader",
            "(pdf",
            "pdf)",
            "\\",
            "'||(SELECT 1)||'",
            "%",
            "_",
            "rank:1",
            "🦄",
            "$1",
            "?1",
        ] {
            // Neither an error nor an operator.
            found(c, q);
        }
        assert_eq!(found(c, "pdf OR linter"), "");
        assert_eq!(found(c, "name:pdf"), "");
        assert_eq!(found(c, "pdf*"), "named pdf-tool mentions");
        assert_eq!(found(c, "\"pdf"), "named pdf-tool mentions");
    });
}

/// Words of letters and digits in every order, some of which a database's own parser could take for numbers.
fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{1,6}", "[0-9]{1,3}e[0-9]{0,3}[a-z]{0,2}", "0x[0-9a-f]{1,4}", "[0-9]{1,20}", "[a-z]{60,70}"]
}

#[test]
fn every_word_that_is_put_in_is_found_by_itself_and_by_its_beginning() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        let tools = in_transaction(&mut connection, |c| Ok(category(c, "tools", "Tools", ""))).unwrap();
        let mut number = 0;
        let mut runner = TestRunner::new(Config { cases: 60, ..Config::default() });
        let test = |words: Vec<String>| {
            number += 1;
            in_transaction(&mut connection, |c| {
                let slug = format!("skill-{number}");
                put(c, &tools, &slug, "N", &words.join(" "));
                for word in &words {
                    let beginning: String = word.chars().take(word.len().div_ceil(2)).collect();
                    // The last word of the first search is the beginning of another; the second one's ends the search.
                    for q in [format!("{word} {slug}"), format!("skill {number} {beginning}")] {
                        assert!(found(c, &q).split(' ').any(|hit| hit == slug), "{q} in {words:?}");
                    }
                }
                Ok(())
            })
            .unwrap();
            Ok(())
        };
        let test = std::cell::RefCell::new(test);
        runner
            .run(&proptest::collection::vec(word(), 1..8), |words| {
                let mut test = test.borrow_mut();
                (*test)(words)
            })
            .unwrap();
    }
}
