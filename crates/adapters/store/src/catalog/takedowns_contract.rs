//! What is taken down, and who may not sell, is hidden on every database.

use aedile_billing::purchases::Purchases;
use aedile_catalog::installations::Installations;
use aedile_catalog::packages::Downloads;
use aedile_catalog::reviews::{OwnReview, Reviews};
use aedile_catalog::sellers::Sellers;
use aedile_catalog::skills::{SearchSkills, SkillFilter, SkillListing};
use aedile_catalog::takedowns::{Takedown, Takedowns};
use aedile_catalog::{ReviewId, SkillId};
use aedile_kernel::mock::context_of;
use aedile_kernel::{PageRequest, Position, Query};
use diesel::connection::SimpleConnection;

use super::skills_contract::{at, category, insert, new_skill, seller, user};
use crate::connection::Connection;
use crate::testing::for_each_backend;

fn takedowns(connection: &mut Connection) -> &mut dyn Takedowns {
    connection
}

/// The places that offer the skill `hello` of `ada`.
fn offered(c: &mut Connection) -> Vec<&'static str> {
    let listing: &mut (dyn SkillListing + 'static) = c;
    let page = PageRequest::first();
    let mut places = Vec::new();
    let mut note = |place, is_there: bool| {
        if is_there {
            places.push(place);
        }
    };
    note("page", listing.find_skill("hello").unwrap().is_some());
    note("list", !listing.list_skills(&SkillFilter::default(), &page).unwrap().items.is_empty());
    let search = SearchSkills {
        q: "hello".into(),
        category: None,
        min_price_cents: None,
        max_price_cents: None,
        page: page.clone(),
    };
    note("search", !search.run(listing, &context_of("anyone", [])).unwrap().items.is_empty());
    let sellers: &mut dyn Sellers = c;
    note("seller", sellers.find_page("ada").unwrap().unwrap().skills > 0);
    note("seller's list", !sellers.list_skills("ada", &page).unwrap().items.is_empty());
    let reviews: &mut dyn Reviews = c;
    note("reviews", reviews.find_skill("hello").unwrap().is_some());
    let installations: &mut dyn Installations = c;
    note("installations", installations.find_skill("hello").unwrap().is_some());
    let downloads: &mut dyn Downloads = c;
    note("downloads", downloads.find_offer("hello").unwrap().unwrap().is_active);
    let purchases: &mut dyn Purchases = c;
    note("checkout", purchases.find_offer("hello").unwrap().is_some());
    places
}

const EVERYWHERE: [&str; 9] =
    ["page", "list", "search", "seller", "seller's list", "reviews", "installations", "downloads", "checkout"];

#[test]
fn a_seller_on_hold_or_deleted_offers_nothing_anywhere() {
    for_each_backend(|c| {
        seller(c, "ada", true);
        let tools = category(c, "tools", "Tools", "");
        insert(c, &new_skill("hello", &tools, Some("ada")), &tools);
        for (status, places) in [
            ("active", &EVERYWHERE[..]),
            ("held", &[]),
            ("pending_deletion", &EVERYWHERE),
            ("deleted", &[]),
            ("active", &EVERYWHERE),
        ] {
            c.batch_execute(&format!("UPDATE users SET status = '{status}' WHERE id = 'ada'")).unwrap();
            assert_eq!(offered(c), places, "{status}");
        }
    });
}

#[test]
fn a_withdrawn_skill_is_offered_nowhere_until_it_is_restored() {
    for_each_backend(|c| {
        seller(c, "ada", true);
        let tools = category(c, "tools", "Tools", "");
        let hello = insert(c, &new_skill("hello", &tools, Some("ada")), &tools);
        assert_eq!(takedowns(c).lock_moderated_skill("nothing").unwrap(), None);
        let before = takedowns(c).lock_moderated_skill("hello").unwrap().unwrap();
        assert_eq!(
            (before.id, before.seller_id.clone(), before.withdrawn.clone()),
            (hello.id, Some(user("ada")), None)
        );
        let withdrawal = Takedown { at: at(5), reason: "Malware".into() };
        takedowns(c).set_withdrawn(hello.id, Some(withdrawal.clone())).unwrap();
        assert_eq!(offered(c), [""; 0]);
        let withdrawn = takedowns(c).lock_moderated_skill("hello").unwrap().unwrap();
        assert_eq!(withdrawn.withdrawn, Some(withdrawal));
        assert_eq!(takedowns(c).list_withdrawn(&PageRequest::first()).unwrap().items, [withdrawn]);
        takedowns(c).set_withdrawn(hello.id, None).unwrap();
        assert_eq!(offered(c), EVERYWHERE);
        assert_eq!(takedowns(c).lock_moderated_skill("hello").unwrap(), Some(before));
        assert!(takedowns(c).set_withdrawn(SkillId(hello.id.0 + 1), None).is_err());
    });
}

#[test]
fn withdrawn_skills_are_listed_by_pages_the_last_first() {
    for_each_backend(|c| {
        let tools = category(c, "tools", "Tools", "");
        for (n, slug) in ["a", "b", "c"].into_iter().enumerate() {
            let made = insert(c, &new_skill(slug, &tools, None), &tools);
            let withdrawal = Takedown { at: at(i64::from(n > 0)), reason: "x".into() };
            takedowns(c).set_withdrawn(made.id, Some(withdrawal)).unwrap();
        }
        let mut page = PageRequest { limit: 1, position: Position::Offset(0) };
        let mut seen = Vec::new();
        loop {
            let part = takedowns(c).list_withdrawn(&page).unwrap();
            seen.extend(part.items.into_iter().map(|skill| skill.slug));
            let Some(next) = part.next else { break };
            page.position = Position::After(next);
        }
        assert_eq!(seen, ["c", "b", "a"]);
    });
}

#[test]
fn a_removed_review_neither_shows_nor_counts() {
    for_each_backend(|c| {
        seller(c, "ada", true);
        let tools = category(c, "tools", "Tools", "");
        let hello = insert(c, &new_skill("hello", &tools, None), &tools);
        let own =
            OwnReview { skill_id: hello.id, user_id: user("ada"), rating: 2, title: Some("Hm".into()), body: None };
        let review = Reviews::put(c, &own, None, at(0)).unwrap();
        let counts = |c: &mut Connection| {
            let rating = SkillListing::find_skill(c, "hello").unwrap().unwrap().rating;
            let shown = Reviews::list(c, hello.id, &PageRequest::first()).unwrap();
            (rating.sum, rating.count, shown.items.len(), shown.total)
        };
        assert_eq!(counts(c), (2, 1, 1, Some(1)));
        assert_eq!(takedowns(c).lock_moderated_review(ReviewId(review.id.0 + 1)).unwrap(), None);
        let before = takedowns(c).lock_moderated_review(review.id).unwrap().unwrap();
        assert_eq!((before.skill_slug.as_str(), before.rating, before.removed.clone()), ("hello", 2, None));
        let removal = Takedown { at: at(7), reason: "Insults".into() };
        takedowns(c).set_removed(review.id, Some(removal.clone())).unwrap();
        assert_eq!(counts(c), (0, 0, 0, Some(0)));
        assert!(Reviews::is_removed(c, &user("ada"), hello.id).unwrap());
        let removed = takedowns(c).list_removed(&PageRequest::first()).unwrap();
        assert_eq!((removed.total, removed.items[0].removed.as_ref()), (Some(1), Some(&removal)));
        takedowns(c).set_removed(review.id, None).unwrap();
        assert_eq!(counts(c), (2, 1, 1, Some(1)));
        assert!(!Reviews::is_removed(c, &user("ada"), hello.id).unwrap());
        assert_eq!(takedowns(c).lock_moderated_review(review.id).unwrap(), Some(before));
    });
}
