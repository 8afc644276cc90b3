//! What is taken is read by others as it was read here.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use aedile_artifacts::inspect;
use aedile_kernel::digest::{hex, sha256};
use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::corpus::{Archive, Item, good};

/// What the `zip` crate reads: the files and their content.
fn read_by_another(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for position in 0..archive.len() {
        let mut file = archive.by_index(position).unwrap();
        if file.is_file() {
            let (name, mut content) = (file.name().unwrap().into_owned(), Vec::new());
            file.read_to_end(&mut content).unwrap();
            files.insert(name, content);
        }
    }
    files
}

fn written_by_another(files: &BTreeMap<String, Vec<u8>>, method: CompressionMethod, comment: &str) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_directory("folder", SimpleFileOptions::default()).unwrap();
    for (name, content) in files {
        writer.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.set_comment(comment).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_good_archive_is_taken_and_described() {
    let bytes = good().bytes();
    let found = inspect(&bytes).unwrap();
    assert_eq!((found.entries, found.size_bytes), (2, i64::try_from(bytes.len()).unwrap()));
    assert_eq!(found.sha256, hex(&sha256(&bytes)));
    assert_eq!(read_by_another(&bytes).len(), 2);
}

#[test]
fn what_other_programs_write_is_taken() {
    let described = |with_signature| {
        let items = good().items.into_iter().map(|item| item.described_behind(with_signature));
        Archive::of(items).bytes()
    };
    let (mut commented, utf8) = (good(), Item::deflated("日本語/Über.md", b"text").says(|said| said.flags |= 1 << 11));
    commented.comment = b"made by hand".to_vec();
    let timed = Item::stored("t", b"t").header_says(|said| said.extra = b"UT\x05\0\x01\0\0\0\0".to_vec());
    let same_name = [&b"up\x06\0\x01\0\0\0\0"[..], b"n"].concat();
    let named = Item::stored("n", b"n").directory_says(|said| said.extra = same_name.clone());
    for (what, bytes) in [
        ("sizes behind the content", described(true)),
        ("sizes behind the content, without a signature", described(false)),
        ("a comment", commented.bytes()),
        ("a name in UTF-8", good().and(utf8).bytes()),
        ("times in an extra field", good().and(timed).bytes()),
        ("the same name in an extra field", good().and(named).bytes()),
        ("no mode", good().and(Item::stored("m", b"m").with_mode(0)).bytes()),
        ("an executable", good().and(Item::stored("run.sh", b"#!/bin/sh\n").with_mode(0o100_755)).bytes()),
        ("an empty folder that is deflated", good().and(Item::deflated("e/", b"").with_mode(0o040_755)).bytes()),
    ] {
        inspect(&bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    }
}

#[test]
fn entries_may_be_listed_in_another_order_than_they_lie() {
    let mut archive = good();
    let bytes = archive.bytes();
    let second = bytes.windows(4).skip(1).position(|four| four == b"PK\x03\x04").unwrap() + 1;
    // The directory's rows are swapped by swapping where they point and what they say.
    let (first, folder) = (archive.items[0].directory.clone(), archive.items[1].directory.clone());
    (archive.items[0].directory, archive.items[1].directory) = (folder, first);
    archive.items[0].says_offset = Some(u32::try_from(second).unwrap());
    archive.items[1].says_offset = Some(0);
    (archive.items[0].external, archive.items[1].external) = (archive.items[1].external, archive.items[0].external);
    assert_eq!(inspect(&archive.bytes()).unwrap().entries, 2);
}

fn files() -> impl Strategy<Value = BTreeMap<String, Vec<u8>>> {
    let content = prop_oneof![prop::collection::vec(any::<u8>(), 0..3_000), prop::collection::vec(0u8..3, 0..3_000)];
    prop::collection::btree_map("[a-d]{1,3}/[e-h]{1,3}\\.(md|py)", content, 1..8)
}

fn method() -> impl Strategy<Value = CompressionMethod> {
    prop_oneof![Just(CompressionMethod::Stored), Just(CompressionMethod::Deflated)]
}

proptest! {
    #[test]
    fn what_another_program_writes_is_taken_and_read_alike(files in files(), method in method(), comment in "[ -~]{0,40}") {
        let bytes = written_by_another(&files, method, &comment);
        let found = inspect(&bytes).unwrap();
        prop_assert_eq!(found.entries, i64::try_from(files.len()).unwrap());
        prop_assert_eq!(read_by_another(&bytes), files);
    }

    /// Bytes that were changed are refused, or both read the same files.
    #[test]
    fn no_change_makes_an_archive_of_two_meanings(
        files in files(),
        method in method(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
    ) {
        let mut bytes = written_by_another(&files, method, "");
        for (place, value) in changes {
            let at = place.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(found) = inspect(&bytes) {
            prop_assert_eq!(found.entries, i64::try_from(read_by_another(&bytes).len()).unwrap());
        }
    }

    #[test]
    fn noise_never_panics(noise in prop::collection::vec(any::<u8>(), 0..2_000), end in any::<bool>()) {
        let mut bytes = noise;
        if end {
            bytes.extend(b"PK\x05\x06\0\0\0\0\x02\0\x02\0");
            bytes.extend([60, 0, 0, 0]);
            bytes.extend(u32::try_from(bytes.len().saturating_sub(76)).unwrap().to_le_bytes());
            bytes.extend([0, 0]);
        }
        inspect(&bytes).ok();
    }
}
