//! Archives whose parts lie, are missing, or do not belong.

use super::builder::{Archive, Item, Said};
use super::{Sample, good};

/// All of them.
pub(super) fn all() -> Vec<Sample> {
    let mut all = entries();
    all.extend(lies());
    all.extend(ends());
    all.extend(cuts());
    all.extend(strangers());
    all
}

fn with(what: impl Into<String>, item: Item) -> Sample {
    Sample::new(what, move || good().and(item.clone()).bytes())
}

fn evil() -> Item {
    Item::deflated("evil.md", &b"evil ".repeat(40))
}

/// Entries that are no plain files.
fn entries() -> Vec<Sample> {
    let link = |extra_id: [u8; 2]| [&extra_id[..], &[4, 0], b"/etc"].concat();
    let mut all = vec![
        with("a link", Item::stored("link", b"/etc/passwd").with_mode(0o120_777)),
        with("a link that is deflated", Item::deflated("link", b"../../evil").with_mode(0o120_777)),
        with("a link with the name of a folder", Item::stored("link/", b"").with_mode(0o120_777)),
        with("a file with the mode of a folder", Item::stored("file", b"x").with_mode(0o040_755)),
        with("a folder with the mode of a file", Item::stored("folder/", b"").with_mode(0o100_644)),
        with("a folder with content", Item::stored("folder/", b"evil").with_mode(0o040_755)),
        with("a folder with deflated content", Item::deflated("folder/", b"evil").with_mode(0o040_755)),
        with("an ASi extra field", evil().says(|said| said.extra = link([0x6e, 0x75]))),
        with("a PKWARE Unix extra field", evil().directory_says(|said| said.extra = link([0x0d, 0x00]))),
        with("an extra field that is cut off", evil().says(|said| said.extra = vec![0x55, 0x54, 9, 0, 1])),
        with("an extra field without a length", evil().says(|said| said.extra = vec![0x55])),
        Sample::new("nothing but a folder", || Archive::of([Item::folder("a/")]).bytes()),
    ];
    for (what, mode) in [
        ("a pipe", 0o010_644),
        ("a character device", 0o020_644),
        ("a block device", 0o060_644),
        ("a socket", 0o140_644),
        ("a door", 0o150_644),
        ("a set-user-id file", 0o104_755),
        ("a set-group-id file", 0o102_755),
        ("a kind unheard of", 0o170_644),
    ] {
        all.push(with(what, evil().with_mode(mode)));
    }
    for bit in [0, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15] {
        all.push(with(format!("the flag {bit}"), evil().says(move |said| said.flags |= 1 << bit)));
    }
    for method in (1..=7).chain(9..=20).chain(93..=99).chain([0x5555, 0xffff]) {
        all.push(with(format!("the method {method}"), evil().says(move |said| said.method = method)));
    }
    all
}

/// Headers that do not say what is there.
fn lies() -> Vec<Sample> {
    type Lie = fn(&mut Said);
    let lies: &[(&str, Lie)] = &[
        ("another checksum", |said| said.crc ^= 1),
        ("no checksum", |said| said.crc = 0),
        ("one packed byte less", |said| said.packed -= 1),
        ("one packed byte more", |said| said.packed += 1),
        ("no packed byte", |said| said.packed = 0),
        ("a packed gigabyte", |said| said.packed = 1 << 30),
        ("one byte less", |said| said.unpacked -= 1),
        ("one byte more", |said| said.unpacked += 1),
        ("no byte", |said| said.unpacked = 0),
        ("four gigabytes", |said| said.unpacked = u32::MAX - 1),
        ("stored, though it is deflated", |said| said.method = 0),
        ("another flag", |said| said.flags |= 1 << 11),
    ];
    let mut all = Vec::new();
    for (what, lie) in lies.iter().copied() {
        all.push(with(format!("the header says: {what}"), evil().header_says(lie)));
        all.push(with(format!("the directory says: {what}"), evil().directory_says(lie)));
        if what != "another flag" {
            all.push(with(format!("both say: {what}"), evil().says(lie)));
        }
    }
    let behind = || evil().described_behind(true);
    let mut flipped = behind();
    flipped.descriptor[5] ^= 1;
    let (mut longer, mut cut, mut none) = (behind(), behind(), behind());
    longer.descriptor.push(0);
    cut.descriptor.pop();
    none.descriptor.clear();
    let mut wide = behind();
    wide.descriptor.splice(
        8..,
        [wide.descriptor[8..12].to_vec(), vec![0; 4], wide.descriptor[12..].to_vec(), vec![0; 4]].concat(),
    );
    let mut damaged = evil();
    damaged.content[3] ^= 0x40;
    let mut junk = evil();
    junk.content.extend(b"junk");
    all.extend([
        with("a descriptor with another checksum", flipped),
        with("a descriptor and a byte", longer),
        with("a descriptor without its end", cut),
        with("no descriptor where one is due", none),
        with("a ZIP64 descriptor", wide),
        with("damaged content", damaged),
        with("junk behind the deflated data", junk.says(|said| said.packed += 4)),
        with("stored, though it is said to be deflated", Item::stored("s", b"plain text").says(|said| said.method = 8)),
        with("a descriptor nobody announced", Item { descriptor: vec![0; 16], ..evil() }),
    ]);
    all
}

/// End records and directories that lie, and data where none belongs.
fn ends() -> Vec<Sample> {
    let archive = |what: &str, change: fn(&mut Archive)| {
        Sample::new(what, move || {
            let mut archive = good();
            change(&mut archive);
            archive.bytes()
        })
    };
    let shifted = |by: usize| {
        let mut bytes = vec![b'x'; by];
        bytes.extend(good().bytes());
        bytes
    };
    let zip64_extra = || [&[1, 0, 16, 0][..], &[9; 16]].concat();
    vec![
        archive("one entry more than there is", |a| a.says_entries = Some(4)),
        archive("one entry less than there is", |a| a.says_entries = Some(2)),
        archive("no entries, it says", |a| a.says_entries = Some(0)),
        archive("999 entries, it says", |a| a.says_entries = Some(999)),
        archive("65,534 entries, it says", |a| a.says_entries = Some(65_534)),
        archive("the second of two disks", |a| a.says_disk = 1),
        archive("an entry on another disk", |a| a.items[0].disk = 1),
        archive("a directory that begins at 0", |a| a.says_directory_start = Some(0)),
        archive("a directory that begins behind the end", |a| a.says_directory_start = Some(1 << 30)),
        archive("a directory without a size", |a| a.says_directory_size = Some(0)),
        archive("a directory that is too long", |a| a.says_directory_size = Some(1 << 30)),
        archive("a directory of almost four gigabytes", |a| {
            (a.says_directory_size, a.says_directory_start) = (Some(u32::MAX - 1), Some(u32::MAX - 1));
        }),
        archive("an entry behind the end", |a| a.items[1].says_offset = Some(1 << 30)),
        archive("an entry in the directory", |a| a.items[2].says_offset = Some(400)),
        archive("data before the first entry", |a| a.before = b"#!/bin/sh\nrm -rf /\n".to_vec()),
        archive("a program before the first entry", |a| a.before = [&b"MZ"[..], &[0; 510]].concat()),
        archive("data before the directory", |a| a.between = b"hidden".to_vec()),
        archive("an entry nobody lists", |a| a.between = Archive::of([evil()]).bytes()[..60].to_vec()),
        archive("data before the end record", |a| a.before_end = b"hidden".to_vec()),
        archive("a signature before the end record", |a| a.before_end = b"PK\x05\x05\0\0".to_vec()),
        archive("data behind the end", |a| a.behind = b"hidden".to_vec()),
        archive("one byte behind the end", |a| a.behind = vec![0]),
        archive("70,000 bytes behind the end", |a| a.behind = vec![0; 70_000]),
        archive("an archive behind the archive", |a| a.behind = good().bytes()),
        archive("an archive in the comment", |a| a.comment = good().bytes()),
        archive("an end record in the comment", |a| a.comment = b"PK\x05\x06 and the like".to_vec()),
        archive("a comment that is shorter than it says", |a| a.says_comment = Some(9)),
        archive("a comment that is longer than it says", |a| a.comment.splice(.., *b"hidden").for_each(drop))
            .lying_comment(),
        Sample::new("a program before the archive", move || shifted(100)),
        Sample::new("a byte before the archive", move || shifted(1)),
        archive("ZIP64: entries elsewhere", |a| a.says_entries = Some(u16::MAX)),
        archive("ZIP64: directory elsewhere", |a| a.says_directory_start = Some(u32::MAX)),
        archive("ZIP64: directory size elsewhere", |a| a.says_directory_size = Some(u32::MAX)),
        archive("ZIP64: disk elsewhere", |a| a.says_disk = u16::MAX),
        archive("ZIP64: a locator", |a| a.before_end = [&b"PK\x06\x07"[..], &[0; 16]].concat()),
        archive("ZIP64: a record and a locator", |a| {
            a.before_end = [&b"PK\x06\x06\x2c"[..], &[0; 51], b"PK\x06\x07", &[0; 16]].concat();
        }),
        with("ZIP64: an extra field in both places", evil().says(move |said| said.extra = zip64_extra())),
        with("ZIP64: an extra field in the header", evil().header_says(move |said| said.extra = zip64_extra())),
        with(
            "ZIP64: sizes elsewhere",
            evil().says(move |said| {
                (said.extra, said.packed, said.unpacked) = (zip64_extra(), u32::MAX, u32::MAX);
            }),
        ),
        with("ZIP64: sizes elsewhere, and nowhere", evil().says(|said| said.unpacked = u32::MAX)),
        with("ZIP64: an offset elsewhere", Item { says_offset: Some(u32::MAX), ..evil() }),
    ]
}

impl Sample {
    /// The comment's length says 0.
    fn lying_comment(self) -> Self {
        Self::new(self.name.clone(), move || {
            let mut bytes = self.bytes();
            let at = bytes.len() - 8;
            bytes[at..at + 2].fill(0);
            bytes
        })
    }
}

/// A good archive, cut off.
fn cuts() -> Vec<Sample> {
    let whole = good().and(evil().described_behind(true)).bytes();
    let places = (0..whole.len()).step_by(11).chain([1, 4, 29, 30, whole.len() - 22, whole.len() - 2, whole.len() - 1]);
    places
        .map(|length| {
            let cut = whole[..length].to_vec();
            Sample::new(format!("cut off after {length} bytes"), move || cut.clone())
        })
        .collect()
}

/// What is no zip archive at all.
fn strangers() -> Vec<Sample> {
    let plain = |what: &str, bytes: &'static [u8]| Sample::new(what, move || bytes.to_vec());
    vec![
        plain("text", b"Hello, I am a package."),
        plain("a web page", b"<!doctype html><title>PK\x03\x04</title>"),
        plain("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"),
        plain("7z", b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        plain("a RAR archive", b"Rar!\x1a\x07\x01\0 and so on and so on"),
        Sample::new("a tar archive", || vec![0; 10_240]),
        Sample::new("an archive of nothing", || Archive::default().bytes()),
        Sample::new("a megabyte of end records", || b"PK\x05\x06".repeat(1 << 18)),
        Sample::new("a megabyte of directory entries", || b"PK\x01\x02".repeat(1 << 18)),
        Sample::new("the noise of a generator", || {
            let mut state = 1_u64;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state.to_be_bytes()[0]
            };
            (0..100_000).map(|_| next()).collect()
        }),
    ]
}
