//! Pages, and the cursors in links.

use proptest::prelude::*;

use super::*;

#[test]
fn passing_over_many_rows_costs_much_and_a_cursor_nothing() {
    let at = |position| PageRequest { limit: 100, position }.cost();
    assert_eq!((at(Position::Offset(1_000)), at(Position::Offset(1_001))), (ReadCost::Small, ReadCost::Large));
    assert_eq!(at(Position::After(Cursor::new(0, 1_000_000))), ReadCost::Small);
}

const KEY: InstallationKey = InstallationKey::new([7; 32]);

fn any_key() -> impl Strategy<Value = SortKey> {
    prop_oneof![any::<i64>().prop_map(SortKey::Number), ".*".prop_map(SortKey::Text)]
}

proptest! {
    #[test]
    fn a_cursor_comes_back(key in any_key(), id: i64) {
        let cursor = Cursor { key, id };
        prop_assert_eq!(KEY.open(&KEY.seal(&cursor)).unwrap(), cursor);
    }

    #[test]
    fn c_44_a_changed_cursor_is_refused(key in any_key(), id: i64, at: prop::sample::Index, flip in 1u8..=255) {
        let mut bytes = URL_SAFE_NO_PAD.decode(KEY.seal(&Cursor { key, id })).unwrap();
        *at.get_mut(&mut bytes) ^= flip;
        prop_assert!(KEY.open(&URL_SAFE_NO_PAD.encode(bytes)).is_err());
    }
}

#[test]
fn a_cursor_fits_lists_sorted_by_its_kind_of_key() {
    let (number, text) = (Cursor::new(7, 1), Cursor::new("a".to_owned(), 1));
    assert_eq!((number.number().unwrap(), text.text().unwrap()), (7, "a"));
    assert!(number.text().is_err() && text.number().is_err());
}

#[test]
fn pages_have_bounds() {
    for (limit, offset) in
        [(Some(0), None), (Some(101), None), (Some(-1), None), (None, Some(-1)), (None, Some(1 << 40))]
    {
        assert!(PageRequest::new(&KEY, limit, offset, None).is_err(), "{limit:?} {offset:?}");
    }
    assert_eq!(PageRequest::new(&KEY, None, None, None).unwrap(), PageRequest::first());
    let cursor = KEY.seal(&Cursor::new(1, 2));
    assert!(PageRequest::new(&KEY, None, Some(0), Some(&cursor)).is_err());
    assert!(InstallationKey::new([8; 32]).open(&cursor).is_err(), "another installation's cursor");
}
