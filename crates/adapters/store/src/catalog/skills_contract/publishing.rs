use aedile_catalog::skills::{IndexEntry, Publisher, Seller, Skill, SkillChanges, Source};
use aedile_catalog::{CategoryId, SkillId};
use aedile_kernel::Error;
use diesel::connection::SimpleConnection;

use super::{at, category, external, insert, new_skill, new_version, seller, skills, user};
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn changes(category: CategoryId) -> SkillChanges {
    SkillChanges {
        name: "New".into(),
        description: "Other".into(),
        category,
        price_cents: 999,
        version: "2.0.0".into(),
        updated_at: at(9),
    }
}

#[test]
fn who_accepted_the_terms_is_a_seller() {
    for_each_backend(|c| {
        seller(c, "ada", false);
        seller(c, "bob", true);
        c.batch_execute(
            "INSERT INTO users (id, search_text, status, created_at, updated_at) VALUES ('eve', '', 'active', 0, 0)",
        )
        .unwrap();
        let found = ["ada", "bob", "eve", "nobody"].map(|id| skills(c).find_publisher(&user(id)).unwrap());
        let seller = |is_connected| Some(Publisher { is_connected });
        assert_eq!(found, [seller(false), seller(true), None, None]);
    });
}

#[test]
fn a_skill_comes_back_as_it_was_put_in() {
    for_each_backend(|c| {
        seller(c, "ada", false);
        let tools = category(c, "tools", "Tools", "");
        let new = new_skill("hello", &tools, Some("ada"));
        let made = insert(c, &new, &tools);
        assert_eq!((&made.slug, &made.name, &made.description), (&new.slug, &new.name, &new.description));
        assert_eq!((made.category.as_str(), made.currency.as_str(), made.price_cents), ("tools", "usd", 0));
        assert_eq!(made.seller, Some(Seller { slug: "ada".into(), display_name: "ada Inc.".into() }));
        assert_eq!((&made.seller_id, made.source), (&Some(user("ada")), Source::Native));
        assert_eq!((made.created_at, made.updated_at, made.downloads), (at(0), at(0), 0));
        assert_eq!(skills(c).lock_skill("hello").unwrap(), Some(made));
        assert_eq!(skills(c).lock_skill("tools").unwrap(), None, "a category is no skill");
    });
}

#[test]
fn an_external_skill_is_known_by_its_origin() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        let made = insert(c, &external("pdf", &tools, "acme/pdf"), &tools);
        assert_eq!(
            (made.source, &made.version, &made.seller, &made.seller_id),
            (Source::External, &None, &None, &None)
        );
        assert_eq!(skills(c).find_imported("skills.example", "acme/pdf").unwrap().as_deref(), Some("pdf"));
        assert_eq!(skills(c).find_imported("skills.example", "acme").unwrap(), None);
        assert_eq!(skills(c).find_imported("other.example", "acme/pdf").unwrap(), None);
    });
}

#[test]
fn a_slug_or_an_origin_that_is_taken_is_a_conflict() {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        let tools = in_transaction(&mut connection, |c| {
            let tools = category(c, "tools", "Tools", "");
            insert(c, &external("pdf", &tools, "acme/pdf"), &tools);
            Ok(tools)
        })
        .unwrap();
        let same = external("other", &tools, "acme/pdf");
        for new in [new_skill("pdf", &tools, None), new_skill("tools", &tools, None), same] {
            let index = IndexEntry::of("a", "b", "c", &tools);
            let refused = in_transaction(&mut connection, |c| skills(c).insert_skill(&new, &index));
            assert!(matches!(refused, Err(Error::Conflict(_))), "{}", new.slug);
        }
        let twice = in_transaction(&mut connection, |c| {
            let id = skills(c).lock_skill("pdf")?.unwrap().id;
            skills(c).insert_version(id, &new_version("1.0.0"))?;
            skills(c).insert_version(id, &new_version("1.0.0"))
        });
        assert!(matches!(twice, Err(Error::Conflict(_))));
    }
}

#[test]
fn a_new_version_changes_what_is_said_of_the_skill() {
    for_each_backend(|c| {
        seller(c, "ada", false);
        let (tools, games) = (category(c, "tools", "Tools", ""), category(c, "games", "Games", ""));
        let made = insert(c, &external("hello", &tools, "acme/hello"), &tools);
        let index = IndexEntry::of("New", "hello", "Other", &games);
        let changed = skills(c).set_skill(made.id, &changes(games.id), &index).unwrap();
        let expected = Skill {
            name: "New".into(),
            description: "Other".into(),
            category: "games".into(),
            price_cents: 999,
            version: Some("2.0.0".into()),
            source: Source::Native,
            updated_at: at(9),
            ..made
        };
        assert_eq!(changed, expected);
        assert_eq!(skills(c).lock_skill("hello").unwrap(), Some(expected));
    });
}

#[test]
fn an_unknown_skill_can_not_be_changed_silently() {
    for database in TestDatabase::on_each_backend() {
        let result = in_transaction(&mut database.connect(), |c| {
            let tools = category(c, "tools", "Tools", "");
            let index = IndexEntry::of("a", "b", "c", &tools);
            skills(c).set_skill(SkillId(9), &changes(tools.id), &index)
        });
        assert!(matches!(result, Err(Error::Internal(_))));
    }
}
