//! Archives that are small until they are unpacked.

use super::builder::{Archive, Item, crc, deflate, deflated_zeros};
use super::{Sample, good};

const MIB: usize = 1 << 20;

fn zeros(name: &str, length: usize) -> Item {
    let (content, crc) = deflated_zeros(length);
    Item::raw(name.as_bytes(), 8, content, crc, length)
}

/// What the directory says of the first, said once more under another name: the bytes are there but once.
fn ghost(of: &Item, name: &str, offset: u32) -> Item {
    let item = Item { is_ghost: true, says_offset: Some(offset), ..of.clone() };
    item.directory_says(|said| said.name = name.as_bytes().to_vec())
}

/// All of them.
pub(super) fn all() -> Vec<Sample> {
    vec![
        Sample::new("2 MiB of zeros", || good().and(zeros("z", 2 * MIB)).bytes()),
        Sample::new("60 MiB of zeros", || good().and(zeros("z", 60 * MIB)).bytes()),
        Sample::new("a gigabyte of zeros", || good().and(zeros("z", 1_024 * MIB)).bytes()),
        Sample::new("60 MiB that say they are 10 bytes", || {
            good().and(zeros("z", 60 * MIB).says(|said| said.unpacked = 10)).bytes()
        }),
        Sample::new("60 MiB that say they are 10 bytes behind them", || {
            good().and(zeros("z", 60 * MIB).says(|said| said.unpacked = 10).described_behind(true)).bytes()
        }),
        Sample::new("900 entries of a little less than 1 MiB", || {
            let one = zeros("z", MIB - 1);
            let items = (0..900).map(|n| one.clone().says(|said| said.name = format!("z{n}").into_bytes()));
            Archive::of(items).bytes()
        }),
        Sample::new("one entry of 51 MiB that packs to a hundredth", || good().and(dull("d", 51 * MIB)).bytes()),
        Sample::new("three entries of 40 MiB that pack to a hundredth", || {
            let one = dull("d", 40 * MIB);
            let items = (0..3).map(|n| one.clone().says(|said| said.name = format!("d{n}").into_bytes()));
            Archive::of(items).bytes()
        }),
        Sample::new("an archive in an archive, 2 GiB in the end", || {
            let inner = Archive::of([zeros("z", 2_048 * MIB)]).bytes();
            good().and(Item::deflated("inner.zip", &inner)).bytes()
        }),
        Sample::new("sixteen archives in an archive, deflated again", || {
            let inner = Archive::of([zeros("z", 1_024 * MIB)]).bytes();
            let items = (0..16).map(|n| zeros_like(&format!("inner{n}.zip"), &inner));
            Archive::of(items).bytes()
        }),
        Sample::new("a thousand names for the same bytes", || {
            let one = zeros("z", MIB / 2);
            let ghosts = (1..1_000).map(|n| ghost(&one, &format!("z{n}"), 0)).collect::<Vec<_>>();
            Archive::of(std::iter::once(one).chain(ghosts)).bytes()
        }),
        Sample::new("entries that quote the headers behind them", quoted),
        Sample::new("an entry in the content of another", || {
            let inner = Archive::of([Item::stored("inner", b"evil")]).bytes();
            let outer = Item::stored("outer", &inner);
            let hidden = ghost(&Item::stored("inner", b"evil"), "inner", 35);
            Archive::of([outer, hidden]).bytes()
        }),
        Sample::new("an entry that reaches into the directory", || {
            let mut archive = good();
            archive.items[2] = archive.items[2].clone().says(|said| (said.packed, said.unpacked) = (40, 40));
            archive.bytes()
        }),
        Sample::new("two entries in one place", || {
            let one = Item::stored("one", b"evil");
            let two = ghost(&one, "two", 0);
            Archive::of([one, two]).bytes()
        }),
        Sample::new("1,001 entries", || many(1_001)),
        Sample::new("10,000 entries", || many(10_000)),
        Sample::new("10,000 entries that say they are 1,000", || {
            let mut archive = Archive::of((0..10_000).map(|n| Item::stored(&format!("e{n}"), b"")));
            archive.says_entries = Some(1_000);
            archive.bytes()
        }),
        Sample::new("60,000 folders", || Archive::of((0..60_000).map(|n| Item::folder(&format!("f{n}/")))).bytes()),
        Sample::new("endless empty blocks", || {
            // A stored block without content: final bit 0, type 00, length 0. None is the last one.
            let content = [0, 0, 0, 0xff, 0xff].repeat(1 << 20);
            good().and(Item::raw(b"e", 8, content, 0, 0)).bytes()
        }),
    ]
}

fn many(count: usize) -> Vec<u8> {
    Archive::of((0..count).map(|n| Item::stored(&format!("e{n}"), b""))).bytes()
}

/// Content that packs to about a hundredth: each line but a little different.
fn dull(name: &str, length: usize) -> Item {
    let mut content = Vec::with_capacity(length + 4_096);
    let mut n = 0_u64;
    while content.len() < length {
        n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
        content.extend(format!("{n:016x}").bytes());
        content.extend([b'-'; 1_600]);
    }
    content.truncate(length);
    Item::raw(name.as_bytes(), 8, deflate(&content), crc(&content), length)
}

fn zeros_like(name: &str, content: &[u8]) -> Item {
    Item::deflated(name, content)
}

/// David Fifield's construction: each entry's content is a stored block that holds the next entry's header, so that one
/// kernel of zeros at the end belongs to all of them.
fn quoted() -> Vec<u8> {
    const COUNT: usize = 200;
    let kernel = zeros("k", MIB / 2);
    let name = |n: usize| format!("q{n:03}");
    let header_of = |name: &str, content: &[u8], unpacked: usize| {
        let item = Item::raw(name.as_bytes(), 8, content.to_vec(), 0, unpacked);
        let bytes = Archive::of([item]).bytes();
        bytes[..30 + name.len()].to_vec()
    };
    let mut rest = kernel.content.clone();
    let (mut unpacked, mut said) = (MIB / 2, Vec::new());
    let mut file = header_of(&name(COUNT), &rest, unpacked);
    file.extend(&rest);
    said.push((name(COUNT), rest.len(), unpacked, file.len()));
    for n in (0..COUNT).rev() {
        let quotes = 30 + name(n).len();
        let length = u16::try_from(quotes).unwrap();
        rest = [&[0][..], &length.to_le_bytes(), &(!length).to_le_bytes(), &file].concat();
        unpacked += quotes;
        file = header_of(&name(n), &rest, unpacked);
        file.extend(&rest);
        said.push((name(n), rest.len(), unpacked, file.len()));
    }
    let whole = file.len();
    let ghosts = said.into_iter().rev().map(|(name, packed, unpacked, from_end)| {
        let mut item = Item::raw(name.as_bytes(), 8, Vec::new(), 0, unpacked);
        (item.is_ghost, item.says_offset) = (true, Some(u32::try_from(whole - from_end).unwrap()));
        item.directory_says(|said| said.packed = u32::try_from(packed).unwrap())
    });
    Archive { before: file, ..Archive::of(ghosts) }.bytes()
}
