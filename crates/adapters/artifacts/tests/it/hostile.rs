//! What must not be taken is refused, with a sentence.

use aedile_artifacts::inspect;
use aedile_kernel::Error;

use crate::corpus::{Archive, Item, good, hostile};

#[test]
fn every_hostile_archive_is_refused_with_a_sentence() {
    let all = hostile();
    assert!(all.len() >= 200, "only {}", all.len());
    for sample in all {
        match inspect(&sample.bytes()) {
            Err(Error::Invalid(fields)) => {
                let [told] = fields.as_slice() else { panic!("{}: {fields:?}", sample.name) };
                assert_eq!(told.field, "package", "{}", sample.name);
                let is_sentence =
                    (8..=300).contains(&told.message.len()) && !told.message.chars().any(char::is_control);
                assert!(is_sentence, "{}: {:?}", sample.name, told.message);
            }
            other => panic!("{}: {other:?}", sample.name),
        }
    }
}

#[test]
fn each_kind_of_trouble_has_its_own_words() {
    let all = hostile();
    for (name, words) in [
        ("the path \"../evil\"", "entry \"../evil\", which has an empty part, . or .. in its path"),
        ("a link", "links, devices"),
        ("the flag 0", "is encrypted"),
        ("the method 12", "is neither stored nor deflated"),
        ("both say: another checksum", "checksum does not fit"),
        ("60 MiB of zeros", "200 times"),
        ("one entry of 51 MiB that packs to a hundredth", "50 MiB"),
        ("three entries of 40 MiB that pack to a hundredth", "100 MiB in all"),
        ("60 MiB that say they are 10 bytes", "more than it says"),
        ("a thousand names for the same bytes", "lies over another one"),
        ("entries that quote the headers behind them", "lies over the one behind it"),
        ("1,001 entries", "more than 1,000 entries"),
        ("data before the first entry", "data before its first entry"),
        ("a byte before the archive", "data before its first entry or behind its directory"),
        ("data behind the end", "data behind its end"),
        ("ZIP64: a locator", "ZIP64"),
        ("\"a\" beside \"A\"", "is there twice"),
        ("text", "is not a zip archive"),
        ("an archive of nothing", "is empty"),
        ("junk behind the deflated data", "data behind its own end"),
    ] {
        let sample = all.iter().find(|sample| sample.name == name).unwrap_or_else(|| panic!("there is no {name}"));
        let told = inspect(&sample.bytes()).unwrap_err().to_string();
        assert!(told.contains(words), "{name}: {told}");
    }
}

#[test]
fn the_bounds_themselves_are_taken() {
    let full = Archive::of((0..1_000).map(|n| Item::stored(&format!("e{n}"), b"")));
    assert_eq!(inspect(&full.bytes()).unwrap().entries, 1_000);
    let deepest = good().and(Item::stored(&format!("{}x", "d/".repeat(15)), b""));
    assert_eq!(inspect(&deepest.bytes()).unwrap().entries, 3);
    let largest = Archive::of([Item::deflated("big", &vec![7; 1 << 20])]);
    inspect(&largest.bytes()).unwrap();
}

#[test]
fn a_byte_above_20_mib_is_too_much() {
    let most = 20 * 1024 * 1024;
    let filled = |size: usize| {
        let frame = Archive::of([Item::stored("f", b"")]).bytes().len();
        Archive::of([Item::stored("f", &vec![7; size - frame])]).bytes()
    };
    assert_eq!(inspect(&filled(most)).unwrap().size_bytes, i64::try_from(most).unwrap());
    assert!(inspect(&filled(most + 1)).unwrap_err().to_string().contains("20 MiB"));
}
