use aedile_catalog::skills::{Skill, SkillFilter, SkillListing, Skills};
use aedile_kernel::{PageRequest, Position};
use diesel::connection::SimpleConnection;

use super::{at, category, external, insert, new_skill, new_version, seller, user};
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn listing(connection: &mut Connection) -> &mut dyn SkillListing {
    connection
}

fn slugs(skills: &[Skill]) -> Vec<&str> {
    skills.iter().map(|skill| skill.slug.as_str()).collect()
}

/// What passes, with spaces between.
fn listed(connection: &mut Connection, filter: &SkillFilter) -> String {
    let page = listing(connection).list_skills(filter, &PageRequest::first()).unwrap();
    slugs(&page.items).join(" ")
}

#[test]
fn a_skill_is_found_by_its_slug_while_it_is_offered() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        let made = insert(c, &new_skill("hello", &tools, None), &tools);
        assert_eq!(listing(c).find_skill("hello").unwrap(), Some(made));
        assert_eq!(listing(c).find_skill("tools").unwrap(), None);
        c.batch_execute("UPDATE skills SET is_active = FALSE").unwrap();
        assert_eq!(listing(c).find_skill("hello").unwrap(), None);
        assert_eq!(listed(c, &SkillFilter::default()), "");
        assert!(c.lock_skill("hello").unwrap().is_some(), "its slug stays taken");
    });
}

#[test]
fn pages_are_newest_first_and_meet_without_gap() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        for (slug, seconds) in [("d", 1), ("e", 1), ("b", 3), ("c", 2), ("a", 4), ("f", 0)] {
            let new = aedile_catalog::skills::NewSkill { created_at: at(seconds), ..new_skill(slug, &tools, None) };
            insert(c, &new, &tools);
        }
        for filter in [SkillFilter::default(), SkillFilter { category: Some("tools".into()), ..SkillFilter::default() }]
        {
            let (mut seen, mut position) = (Vec::new(), Position::Offset(0));
            loop {
                let page = listing(c).list_skills(&filter, &PageRequest { limit: 2, position }).unwrap();
                assert_eq!(page.total, None);
                seen.extend(page.items.into_iter().map(|skill| skill.slug));
                let Some(next) = page.next else { break };
                position = Position::After(next);
            }
            assert_eq!(seen, ["a", "b", "c", "e", "d", "f"], "of two made at once, the later number comes first");
        }
        let page = PageRequest { limit: 2, position: Position::Offset(3) };
        assert_eq!(slugs(&listing(c).list_skills(&SkillFilter::default(), &page).unwrap().items), ["e", "d"]);
    });
}

#[test]
fn filters_narrow_the_list() {
    for_each_backend(|c| {
        seller(c, "ada", true);
        seller(c, "bob", true);
        let (tools, games) = (category(c, "tools", "Tools", ""), category(c, "games", "Games", ""));
        for (slug, category, seller, price_cents) in [
            ("free-tool", &tools, "ada", 0),
            ("cheap-tool", &tools, "bob", 100),
            ("dear-tool", &tools, "ada", 900),
            ("game", &games, "ada", 500),
        ] {
            let new = aedile_catalog::skills::NewSkill { price_cents, ..new_skill(slug, category, Some(seller)) };
            insert(c, &new, category);
        }
        insert(c, &external("found", &games, "x"), &games);
        let all = SkillFilter::default();
        let of = |category: &str| SkillFilter { category: Some(category.into()), ..SkillFilter::default() };
        let by = |seller: &str| SkillFilter { seller: Some(seller.into()), ..SkillFilter::default() };
        assert_eq!(listed(c, &all), "found game dear-tool cheap-tool free-tool");
        assert_eq!(listed(c, &of("tools")), "dear-tool cheap-tool free-tool");
        assert_eq!(listed(c, &of("nowhere")), "");
        assert_eq!(listed(c, &by("ada")), "game dear-tool free-tool");
        assert_eq!(listed(c, &by("nobody")), "");
        assert_eq!(listed(c, &SkillFilter { seller: Some("ada".into()), ..of("tools") }), "dear-tool free-tool");
        let priced = |min, max| SkillFilter { min_price_cents: min, max_price_cents: max, ..SkillFilter::default() };
        assert_eq!(listed(c, &priced(Some(100), Some(500))), "game cheap-tool", "both bounds are included");
        assert_eq!(listed(c, &priced(Some(501), None)), "dear-tool");
        assert_eq!(listed(c, &priced(None, Some(0))), "found free-tool");
    });
}

#[test]
fn versions_come_newest_first() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        let made = insert(c, &new_skill("hello", &tools, None), &tools);
        let other = insert(c, &new_skill("other", &tools, None), &tools);
        c.insert_version(other.id, &new_version("9.9.9")).unwrap();
        for version in ["0.9.0", "0.10.0", "1.0.0"] {
            c.insert_version(made.id, &new_version(version)).unwrap();
        }
        assert_eq!(listing(c).count_versions(made.id).unwrap(), 3);
        let versions = listing(c).list_versions(made.id, 2).unwrap();
        assert_eq!(versions.iter().map(|version| version.version.as_str()).collect::<Vec<_>>(), ["1.0.0", "0.10.0"]);
        assert_eq!((versions[0].size_bytes, versions[0].entries, versions[0].created_at), (1_234, 3, at(1)));
    });
}

#[test]
fn the_latest_reviews_and_the_installations_are_the_skills_own() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        let made = insert(c, &new_skill("hello", &tools, None), &tools);
        let other = insert(c, &new_skill("other", &tools, None), &tools);
        assert_eq!(listing(c).list_latest_reviews(made.id, 5).unwrap(), []);
        for (writer, skill, seconds) in [("ada", &made, 1), ("bob", &made, 2), ("eve", &made, 3), ("ada", &other, 4)] {
            if skill.id == made.id {
                seller(c, writer, false);
            }
            let (skill, time) = (skill.id, at(seconds).as_micros());
            c.batch_execute(&format!(
                "INSERT INTO reviews (skill_id, user_id, rating, title, created_at, updated_at) \
                 VALUES ({skill}, '{writer}', 4, 'by {writer}', {time}, {time}); \
                 INSERT INTO installations (skill_id, user_id, created_at) VALUES ({skill}, '{writer}', {time})"
            ))
            .unwrap();
        }
        c.batch_execute("UPDATE users SET status = 'deleted' WHERE id = 'eve'").unwrap();
        let reviews = listing(c).list_latest_reviews(made.id, 2).unwrap();
        let names: Vec<_> = reviews.iter().map(|review| review.reviewer.as_deref()).collect();
        assert_eq!(names, [None, Some("bob themself")]);
        assert_eq!((reviews[1].rating, reviews[1].title.as_deref(), &reviews[1].body), (4, Some("by bob"), &None));
        assert_eq!((reviews[1].created_at, reviews[1].updated_at), (at(2), at(2)));
        assert_eq!(listing(c).count_skill_installations(made.id).unwrap(), 3);
        for _ in 0..2 {
            aedile_catalog::installations::Installations::count_anonymous(c, made.id).unwrap();
        }
        assert_eq!(listing(c).count_skill_installations(made.id).unwrap(), 5, "and those without a record");
        assert_eq!(listing(c).count_skill_installations(other.id).unwrap(), 1);
        assert_eq!(user("ada").as_str(), "ada");
    });
}
