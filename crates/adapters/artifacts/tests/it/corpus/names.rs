//! Names that lead out of the folder, or name something else than a file.

use super::builder::{Item, Said};
use super::{Sample, good};

/// Paths that are not below the folder they are unpacked into, or are not everywhere.
const PATHS: &[&str] = &[
    "../evil",
    "../../evil",
    "../../../../../../etc/passwd",
    "a/../evil",
    "a/../../evil",
    "a/b/../../../evil",
    "..",
    "../",
    "a/..",
    "a/../",
    "./evil",
    "a/./evil",
    ".",
    "./",
    "a/.",
    "/evil",
    "//evil",
    "/etc/passwd",
    "/",
    "//",
    "///",
    "a//evil",
    "a//",
    "..\\evil",
    "..\\..\\evil",
    "a\\..\\evil",
    "\\evil",
    "\\\\server\\share\\evil",
    "a\\b",
    "../a\\evil",
    "C:evil",
    "C:/evil",
    "c:\\evil",
    "z:",
    "C:../evil",
    "A:/",
    ".. /evil",
    "a/.. /evil",
    ".../evil",
    ". /evil",
    "a/ /evil",
    " /evil",
    "..../evil",
    "a/.../evil",
    ".. ./evil",
    "....//evil",
    "..;/../evil",
    "%2e%2e/../evil",
    "．．/../evil",
    "~/../../evil",
    "file:///../evil",
    "",
];

/// Names of which the second is another spelling of the first, or lies below it.
const PAIRS: &[(&str, &str)] = &[
    ("a", "a"),
    ("a", "A"),
    ("SKILL2.md", "skill2.MD"),
    ("a/b", "A/B"),
    ("a/b", "a/B"),
    ("ä", "Ä"),
    ("straẞe", "STRAßE"),
    ("a/", "a"),
    ("a", "a/"),
    ("a/", "A/"),
    ("a", "a/b"),
    ("a", "A/b"),
    ("a/b", "a/b/c/d"),
    ("a/b/c", "a/b"),
];

fn item(name: &str) -> Item {
    if name.ends_with('/') { Item::folder(name) } else { Item::stored(name, b"evil") }
}

/// Every name above, and more that are made.
pub(super) fn all() -> Vec<Sample> {
    let mut all: Vec<Sample> = Vec::new();
    let mut add = |what: String, item: Item| all.push(Sample::new(what, move || good().and(item.clone()).bytes()));
    for path in PATHS {
        add(format!("the path {path:?}"), item(path));
    }
    for c in (0..0x20).chain(0x7f..0xa0).chain([0x200e, 0x202a, 0x202e, 0x2066, 0xfeff]).filter_map(char::from_u32) {
        add(format!("a name with {c:?}"), Item::stored(&format!("a{c}b.md"), b"evil"));
    }
    add("a name that ends with NUL".into(), Item::stored("a.md\0", b"evil"));
    for (what, name) in [
        ("Latin-1", &b"caf\xe9"[..]),
        ("overlong UTF-8", b"..\xc0\xafevil"),
        ("a lone surrogate", b"\xed\xa0\x80"),
        ("cut UTF-8", b"a\xe2\x82"),
    ] {
        add(format!("a name in {what}"), Item::raw(name, 0, Vec::new(), 0, 0));
    }
    add("a name of 256 bytes".into(), Item::stored(&"x".repeat(256), b""));
    add("a name of 65,535 bytes".into(), Item::stored(&"x".repeat(65_535), b""));
    add("a path of 17 parts".into(), Item::stored(&format!("{}x", "d/".repeat(16)), b""));
    for (first, second) in PAIRS {
        let (first, second) = (item(first), item(second));
        let what = format!("{:?} beside {:?}", text(&first), text(&second));
        all.push(Sample::new(what, move || good().and(first.clone()).and(second.clone()).bytes()));
    }
    all.extend(two_names());
    all
}

fn text(item: &Item) -> String {
    String::from_utf8_lossy(&item.header.name).into_owned()
}

/// Entries that are called differently by different programs.
fn two_names() -> Vec<Sample> {
    let unicode_path = |name: &str| {
        let mut extra = b"\x75\x70".to_vec();
        extra.extend(u16::try_from(name.len() + 5).unwrap().to_le_bytes());
        extra.extend([1, 0, 0, 0, 0]);
        extra.extend(name.as_bytes());
        extra
    };
    let plain = || Item::stored("plain.md", b"evil");
    let other = |said: &mut Said| said.name = b"../evil.".to_vec();
    let extra = unicode_path("../evil");
    let (in_header, in_directory) = (extra.clone(), extra);
    vec![
        Sample::new("another name in the header", move || good().and(plain().header_says(other)).bytes()),
        Sample::new("another name in the directory", move || {
            good().and(plain().directory_says(|said| said.name = b"other.md".to_vec())).bytes()
        }),
        Sample::new("another name in an extra field of the header", move || {
            good().and(plain().header_says(|said| said.extra = in_header.clone())).bytes()
        }),
        Sample::new("another name in an extra field of the directory", move || {
            good().and(plain().directory_says(|said| said.extra = in_directory.clone())).bytes()
        }),
    ]
}
