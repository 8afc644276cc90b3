//! What downloads must find on every database.

use aedile_catalog::SkillId;
use aedile_catalog::packages::{DownloadCount, Downloads, Offer};
use aedile_catalog::skills::{IndexEntry, SkillChanges, SkillListing};
use diesel::connection::SimpleConnection;

use super::skills_contract::{at, category, external, insert, new_skill, new_version, seller, skills, user};
use crate::connection::Connection;
use crate::testing::{TestDatabase, for_each_backend, in_transaction};

fn downloads(connection: &mut Connection) -> &mut dyn Downloads {
    connection
}

#[test]
fn an_offer_is_found_shown_or_not_and_each_of_its_packages() {
    for_each_backend(|c| {
        seller(c, "ada", true);
        let tools = category(c, "tools", "Tools", "");
        let made = insert(c, &new_skill("hello", &tools, Some("ada")), &tools);
        for version in ["1.0.0", "2.0.0"] {
            skills(c).insert_version(made.id, &new_version(version)).unwrap();
        }
        let changes = SkillChanges {
            name: "New".into(),
            description: "Other".into(),
            category: tools.id,
            price_cents: 999,
            version: "2.0.0".into(),
            updated_at: at(9),
        };
        skills(c).set_skill(made.id, &changes, &IndexEntry::of("a", "b", "c", &tools)).unwrap();
        let offer = Offer {
            skill_id: made.id,
            seller_id: Some(user("ada")),
            price_cents: 999,
            is_active: true,
            version: Some("2.0.0".into()),
        };
        assert_eq!(downloads(c).find_offer("hello").unwrap(), Some(offer.clone()));
        for version in ["1.0.0", "2.0.0"] {
            let package = downloads(c).find_package(made.id, version).unwrap().unwrap();
            assert_eq!(package, new_version(version).package);
        }
        assert_eq!(downloads(c).find_package(made.id, "3.0.0").unwrap(), None);
        assert_eq!(downloads(c).find_package(SkillId(made.id.0 + 1), "1.0.0").unwrap(), None);
        assert_eq!(downloads(c).find_offer("tools").unwrap(), None, "a category is no skill");
        assert!(!downloads(c).owns(&user("ada"), made.id).unwrap());
        c.batch_execute("UPDATE skills SET is_active = FALSE").unwrap();
        assert_eq!(downloads(c).find_offer("hello").unwrap(), Some(Offer { is_active: false, ..offer }));
    });
}

#[test]
fn an_imported_skill_has_neither_seller_nor_package() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        insert(c, &external("csv", &tools, "acme/csv"), &tools);
        let offer = downloads(c).find_offer("csv").unwrap().unwrap();
        assert_eq!((offer.seller_id, offer.version, offer.price_cents), (None, None, 0));
    });
}

#[test]
fn downloads_add_up_and_change_nothing_else() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        let made = insert(c, &new_skill("hello", &tools, None), &tools);
        let gone = DownloadCount { skill_id: SkillId(made.id.0 + 9), count: 7 };
        for count in [3, 1] {
            downloads(c).add_downloads(&[gone, DownloadCount { skill_id: made.id, count }]).unwrap();
        }
        downloads(c).add_downloads(&[]).unwrap();
        let counted = c.find_skill("hello").unwrap().unwrap();
        assert_eq!(counted.downloads, 4);
        assert_eq!((counted.updated_at, counted.version), (made.updated_at, made.version));
    });
}

/// Two instances that write at the same moment lose nothing and never wait for each other in a circle.
#[test]
fn instances_lose_no_count_of_each_other() {
    for database in TestDatabase::on_each_backend() {
        let ids = in_transaction(&mut database.connect(), |c| {
            let tools = category(c, "tools", "Tools", "");
            Ok(["a-skill", "b-skill", "c-skill"].map(|slug| insert(c, &new_skill(slug, &tools, None), &tools).id))
        })
        .unwrap();
        let write = |is_reversed: bool| {
            let mut connection = database.connect();
            let mut batch: Vec<_> = ids.iter().map(|id| DownloadCount { skill_id: *id, count: 1 }).collect();
            if is_reversed {
                batch.reverse();
            }
            for _ in 0..20 {
                in_transaction(&mut connection, |c| downloads(c).add_downloads(&batch)).unwrap();
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| write(false));
            scope.spawn(|| write(true));
        });
        let counted = database.connect().find_skill("b-skill").unwrap().unwrap().downloads;
        assert_eq!(counted, 40);
    }
}
