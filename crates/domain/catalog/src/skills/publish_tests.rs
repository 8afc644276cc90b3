use aedile_kernel::Caller;
use aedile_kernel::mock::context_of;
use serde_json::{Value, json};

use super::super::model::{Publisher, Source};
use super::super::port::MockSkills;
use super::super::samples::{category, seller, skill, stored};
use super::*;

fn input() -> Value {
    json!({
        "name": "PDF Reader", "description": "Reads PDFs.\n\nAll of them.", "category": "documents", "price_cents": 0,
        "version": "1.1.0", "package": {"artifact": "a", "sha256": "b", "size_bytes": 10, "entries": 1},
    })
}

fn with(name: &str, value: Value) -> PublishSkill {
    let mut input = input();
    input[name] = value;
    serde_json::from_value(input).unwrap()
}

fn as_it_is() -> PublishSkill {
    serde_json::from_value(input()).unwrap()
}

/// A store where this seller publishes, and this skill has the slug.
fn skills(publisher: Option<bool>, known: Option<Skill>) -> MockSkills {
    let mut skills = MockSkills::new();
    skills.expect_find_publisher().returning(move |_| Ok(publisher.map(|is_connected| Publisher { is_connected })));
    skills.expect_hold_category().returning(|slug| Ok((slug == "documents").then(category)));
    skills.expect_lock_skill().returning(move |_| Ok(known.clone()));
    skills.expect_insert_skill().returning(|new, _| Ok(stored(new)));
    skills.expect_insert_version().returning(|_, _| Ok(()));
    skills.expect_set_skill().returning(|_, changes, _| {
        Ok(Skill {
            name: changes.name.clone(),
            description: changes.description.clone(),
            price_cents: changes.price_cents,
            version: Some(changes.version.clone()),
            updated_at: changes.updated_at,
            ..skill("pdf-reader")
        })
    });
    skills
}

fn run(command: &PublishSkill, skills: &mut MockSkills) -> Result<Change<Skill>> {
    command.run(skills, &context_of("user_seller", []))
}

#[test]
fn a_first_version_makes_the_skill() {
    let mut store = skills(Some(false), None);
    let change = run(&as_it_is(), &mut store).unwrap();
    let made = change.output();
    assert_eq!((made.slug.as_str(), made.version.as_deref()), ("pdf-reader", Some("1.1.0")));
    assert_eq!((made.seller_id.as_ref(), made.source), (Some(&seller()), Source::Native));
    let record = &change.records()[0];
    assert_eq!((record.resource_id.as_str(), &record.old_values), ("pdf-reader", &None));
}

#[test]
fn the_package_and_what_it_is_found_by_reach_the_store() {
    let mut store = MockSkills::new();
    store.expect_find_publisher().returning(|_| Ok(Some(Publisher { is_connected: true })));
    store.expect_hold_category().returning(|_| Ok(Some(category())));
    store.expect_lock_skill().withf(|slug| slug == "reader").returning(|_| Ok(None));
    store
        .expect_insert_skill()
        .once()
        .withf(|new, index| new.price_cents == 999 && index.keywords == "documents pdf text reader")
        .returning(|new, _| Ok(stored(new)));
    store
        .expect_insert_version()
        .once()
        .withf(|id, new| id.0 == 7 && new.version == "1.1.0" && new.package.sha256 == "b")
        .returning(|_, _| Ok(()));
    let paid = PublishSkill { slug: Some("reader".into()), ..with("price_cents", json!(999)) };
    assert_eq!(run(&paid, &mut store).unwrap().output().slug, "reader");
}

#[test]
fn a_greater_version_of_ones_own_skill_replaces_what_is_said_of_it() {
    let change = run(&with("name", json!("PDF Reader")), &mut skills(Some(false), Some(skill("pdf-reader")))).unwrap();
    let record = &change.records()[0];
    assert_eq!(record.old_values.as_ref().unwrap()["version"], "1.0.0");
    assert_eq!(record.new_values.as_ref().unwrap()["version"], "1.1.0");
    assert_eq!(record.new_values.as_ref().unwrap().get("name"), None, "it did not change");
}

#[test]
fn versions_only_grow() {
    for version in ["1.0.0", "0.9.0", "1.0.0-rc.1", "1.0.0+build.2"] {
        let refused = run(&with("version", json!(version)), &mut skills(Some(false), Some(skill("pdf-reader"))));
        assert!(matches!(refused, Err(Error::Conflict(sentence)) if sentence.contains("1.0.0")), "{version}");
    }
    for version in ["1.0.1", "1.0.1-rc.1", "2.0.0"] {
        let published = run(&with("version", json!(version)), &mut skills(Some(false), Some(skill("pdf-reader"))));
        assert_eq!(published.unwrap().output().version.as_deref(), Some(version));
    }
}

#[test]
fn an_external_skill_of_ones_own_takes_any_first_version() {
    let claimed = Skill { version: None, source: Source::External, ..skill("pdf-reader") };
    let change = run(&with("version", json!("0.0.1")), &mut skills(Some(false), Some(claimed))).unwrap();
    assert_eq!(change.output().source, Source::Native);
}

#[test]
fn somebody_elses_slug_is_taken() {
    let theirs = Skill { seller_id: Some(UserId::parse("user_other").unwrap()), ..skill("pdf-reader") };
    let nobodys = Skill { seller_id: None, seller: None, ..skill("pdf-reader") };
    for known in [theirs, nobodys] {
        assert!(matches!(run(&as_it_is(), &mut skills(Some(true), Some(known))), Err(Error::Conflict(_))));
    }
}

#[test]
fn only_sellers_publish_and_are_told_how_to_become_one() {
    let refused = run(&as_it_is(), &mut skills(None, None));
    assert!(matches!(refused, Err(Error::Forbidden(sentence)) if sentence.contains("POST /v1/sellers/connect")));
    let system = aedile_kernel::mock::context(Caller::system());
    assert!(matches!(as_it_is().run(&mut skills(Some(true), None), &system), Err(Error::Forbidden(_))));
}

#[test]
fn a_price_needs_somebody_to_pay_it_to() {
    let paid = with("price_cents", json!(999));
    assert!(matches!(run(&paid, &mut skills(Some(false), None)), Err(Error::Conflict(_))));
    assert_eq!(run(&paid, &mut skills(Some(true), None)).unwrap().output().price_cents, 999);
}

#[test]
fn bad_values_are_refused() {
    for (name, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(121))),
        ("name", json!("a\r\nb")),
        ("description", json!(" ")),
        ("description", json!("x".repeat(4_001))),
        ("description", json!("a\0b")),
        ("category", json!("nowhere")),
        ("category", json!("Documents")),
        ("price_cents", json!(-1)),
        ("price_cents", json!(49)),
        ("price_cents", json!(100_000_001)),
        ("version", json!("1.0")),
        ("slug", json!("No Slug")),
    ] {
        let refused = run(&with(name, value.clone()), &mut skills(Some(true), None));
        assert!(matches!(refused, Err(Error::Invalid(_))), "{name}: {value}");
    }
}

#[test]
fn c_28_what_the_server_decides_is_not_taken() {
    for field in ["seller_id", "id", "downloads", "rating", "source"] {
        let mut input = input();
        input[field] = json!(1);
        assert!(serde_json::from_value::<PublishSkill>(input).is_err(), "{field}");
    }
}
