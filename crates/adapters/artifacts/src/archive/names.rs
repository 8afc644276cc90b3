//! The names of entries: what every system can write down in one and the same way.

use std::collections::{HashMap, HashSet};

use aedile_kernel::Result;

use super::directory::Entry;

const LONGEST: usize = 255;
const DEEPEST: usize = 16;

/// Checks each name, and all of them together.
pub(super) fn check(entries: &[Entry<'_>]) -> Result<()> {
    let mut kinds: HashMap<String, bool> = HashMap::with_capacity(entries.len());
    for entry in entries {
        let name = well_formed(entry)?;
        // Where letter case does not count, two such files are one.
        let folded = name.to_lowercase();
        if kinds.insert(folded, entry.is_folder()).is_some() {
            return Err(entry.refused("is there twice; letter case makes no difference"));
        }
    }
    let files: HashSet<&str> =
        kinds.iter().filter(|(_, is_folder)| !**is_folder).map(|(name, _)| name.as_str()).collect();
    for entry in entries {
        let folded = String::from_utf8_lossy(entry.name).trim_end_matches('/').to_lowercase();
        let mut folders = folded.match_indices('/').filter_map(|(at, _)| folded.get(..at));
        if folders.any(|folder| files.contains(folder)) {
            return Err(entry.refused("lies in a folder that is a file"));
        }
    }
    Ok(())
}

/// The name without the slash of a folder.
fn well_formed<'a>(entry: &Entry<'a>) -> Result<&'a str> {
    let refused = |sentence| Err(entry.refused(sentence));
    let Ok(name) = std::str::from_utf8(entry.name) else { return refused("has a name that is not UTF-8") };
    if name.len() > LONGEST {
        return refused("has a name longer than 255 bytes");
    }
    if name.chars().any(is_unseen) {
        return refused("has control characters in its name, or ones that change the direction of text");
    }
    if name.contains('\\') {
        return refused("has a backslash in its name: folders are separated by /");
    }
    if name.starts_with('/') || has_drive(name) {
        return refused("has an absolute path");
    }
    let name = name.strip_suffix('/').unwrap_or(name);
    if name.split('/').any(is_no_name) {
        return refused("has an empty part, . or .. in its path");
    }
    if name.split('/').count() > DEEPEST {
        return refused("has a path of more than 16 parts");
    }
    Ok(name)
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn has_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// Windows drops dots and spaces at the end of a name, so `.. ` is `..` there.
fn is_no_name(part: &str) -> bool {
    part.trim_end_matches(['.', ' ']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::directory::Method;

    fn entry(name: &str) -> Entry<'_> {
        Entry { name: name.as_bytes(), flags: 0, method: Method::Stored, crc: 0, packed: 0, unpacked: 0, offset: 0 }
    }

    fn is_taken(names: &[&str]) -> bool {
        check(&names.iter().map(|name| entry(name)).collect::<Vec<_>>()).is_ok()
    }

    #[test]
    fn plain_names_are_taken() {
        let deepest = format!("{}x", "d/".repeat(15));
        let longest = "x".repeat(255);
        for name in [
            "SKILL.md",
            ".hidden",
            "...x",
            "a..b",
            "src/main.rs",
            "src/",
            "Überblick.md",
            "日本/語",
            "a b",
            "C",
            &deepest,
            &longest,
        ] {
            assert!(is_taken(&[name]), "{name}");
        }
        assert!(is_taken(&["a/", "a/b", "a/c/", "ab", "b/x", "c"]));
    }

    #[test]
    fn names_that_lead_out_or_astray_are_not() {
        let (too_deep, too_long) = (format!("{}x", "d/".repeat(16)), "x".repeat(256));
        for name in [
            "",
            "/",
            "//",
            "/etc/passwd",
            "../x",
            "a/../x",
            "a/..",
            "..",
            ".",
            "./x",
            "a/./b",
            "a//b",
            "a/ /b",
            "a/.. /b",
            "a/... /b",
            "..\\x",
            "a\\b",
            "C:",
            "c:/x",
            "z:x",
            "a\0",
            "a\nb",
            "a\u{7f}",
            "a\u{85}",
            "a\u{202e}b",
            &too_deep,
            &too_long,
        ] {
            assert!(!is_taken(&[name]), "{name:?}");
        }
    }

    #[test]
    fn one_place_is_taken_once() {
        for names in [
            ["a", "a"],
            ["a", "A"],
            ["a/", "a"],
            ["a/", "A/"],
            ["straße", "STRAßE"],
            ["a", "a/b"],
            ["A", "a/b/c"],
            ["a/b", "a/B/"],
        ] {
            assert!(!is_taken(&names), "{names:?}");
            assert!(!is_taken(&[names[1], names[0]]), "{names:?}");
        }
    }
}
