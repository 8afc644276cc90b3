use aedile_kernel::mock::context_of;

use super::super::port::MockSkillListing;
use super::super::samples::skill;
use super::super::terms::Term;
use super::*;

fn search(q: &str, position: Position) -> SearchSkills {
    let page = PageRequest { limit: 2, position };
    SearchSkills { q: q.into(), category: None, min_price_cents: None, max_price_cents: None, page }
}

fn run(query: &SearchSkills, listing: &mut MockSkillListing) -> Result<Page<Skill>> {
    query.run(listing, &context_of("", []))
}

/// A listing where exactly these terms have so many hits.
fn shelf_with(written: &'static str, hits: usize) -> MockSkillListing {
    let mut listing = MockSkillListing::new();
    listing.expect_search_skills().returning(move |terms, _, limit, offset| {
        let words: Vec<&str> = terms.iter().map(Term::word).collect();
        let hits = if words.join(" ") == written { hits } else { 0 };
        let skills = (0..hits).map(|number| skill(&format!("hit-{number}")));
        Ok(skills.skip(offset.try_into().unwrap()).take(limit.try_into().unwrap()).collect())
    });
    listing
}

fn slugs(page: &Page<Skill>) -> Vec<&str> {
    page.items.iter().map(|skill| skill.slug.as_str()).collect()
}

#[test]
fn pages_follow_each_other_by_cursor() {
    let mut listing = shelf_with("lint", 5);
    let mut position = Position::Offset(0);
    let mut seen = Vec::new();
    loop {
        let page = run(&search("lint", position), &mut listing).unwrap();
        seen.push(slugs(&page).join(" "));
        let Some(next) = page.next else { break };
        position = Position::After(next);
    }
    assert_eq!(seen, ["hit-0 hit-1", "hit-2 hit-3", "hit-4"]);
}

#[test]
fn when_nothing_is_found_the_beginnings_are_tried() {
    let mut listing = shelf_with("mar", 3);
    let page = run(&search("markdwon", Position::Offset(0)), &mut listing).unwrap();
    assert_eq!(slugs(&page), ["hit-0", "hit-1"]);
    let next = Position::After(page.next.unwrap());
    assert_eq!(slugs(&run(&search("markdwon", next), &mut listing).unwrap()), ["hit-2"], "the next page widens alike");
    assert!(run(&search("markdwon", Position::Offset(2)), &mut listing).unwrap().items.len() == 1);
    assert!(run(&search("xyzzy", Position::Offset(0)), &mut listing).unwrap().items.is_empty());
}

#[test]
fn past_the_last_hit_nothing_is_widened() {
    let mut listing = shelf_with("hello", 2);
    assert!(run(&search("hello", Position::Offset(2)), &mut listing).unwrap().items.is_empty());
    let mut listing = MockSkillListing::new();
    listing
        .expect_search_skills()
        .times(2)
        .returning(|_, _, _, offset| Ok(if offset == 0 { vec![skill("a")] } else { vec![] }));
    assert!(run(&search("hello", Position::Offset(1)), &mut listing).unwrap().items.is_empty());
}

#[test]
fn the_first_thousand_can_be_reached_and_no_more() {
    let mut listing = shelf_with("a", 5_000);
    let page = run(&search("a", Position::Offset(999)), &mut listing).unwrap();
    assert_eq!((page.items.len(), page.next), (1, None));
    let page = run(&search("a", Position::Offset(996)), &mut listing).unwrap();
    assert_eq!(page.next, Some(Cursor::new("search:0".to_owned(), 998)));
    assert!(run(&search("a", Position::Offset(1_000)), &mut listing).is_err());
}

#[test]
fn c_44_cursors_of_other_lists_do_not_fit() {
    for cursor in [Cursor::new(0, 1), Cursor::new("a".to_owned(), 1), Cursor::new("search:0".to_owned(), -1)] {
        assert!(
            run(&search("a", Position::After(cursor.clone())), &mut MockSkillListing::new()).is_err(),
            "{cursor:?}"
        );
    }
}

#[test]
fn without_a_word_the_store_is_not_asked() {
    for q in ["", "...", "\"*:-()"] {
        assert_eq!(run(&search(q, Position::Offset(0)), &mut MockSkillListing::new()).unwrap(), nothing(), "{q}");
    }
}

#[test]
fn bad_values_are_refused() {
    let good = search("a", Position::Offset(0));
    for bad in [
        SearchSkills { q: "x".repeat(201), ..good.clone() },
        SearchSkills { q: "a\0".into(), ..good.clone() },
        SearchSkills { category: Some("%".into()), ..good.clone() },
        SearchSkills { min_price_cents: Some(-1), ..good.clone() },
        SearchSkills { page: PageRequest { limit: 101, ..PageRequest::first() }, ..good },
    ] {
        assert!(matches!(run(&bad, &mut MockSkillListing::new()), Err(Error::Invalid(_))), "{bad:?}");
    }
}
