use aedile_kernel::Error;
use proptest::prelude::*;

use super::spellings::{HARMLESS, HOSTILE};
use super::*;

#[test]
fn harmless_paths_have_one_form() {
    for (raw, normal) in HARMLESS {
        assert_eq!(normalise(raw).unwrap().as_str(), *normal, "{raw:?}");
    }
}

#[test]
fn c_32_what_could_be_read_in_two_ways_is_refused() {
    assert!(HOSTILE.len() > 200);
    for raw in HOSTILE {
        let Err(Error::Invalid(fields)) = normalise(raw) else { panic!("{raw:?} passed") };
        assert_eq!(fields[0].field, "path");
    }
}

#[test]
fn c_52_long_paths_are_refused() {
    assert!(normalise(&format!("/{}", "x".repeat(MAX_BYTES - 1))).is_ok());
    assert!(normalise(&format!("/{}", "x".repeat(MAX_BYTES))).is_err());
    assert!(normalise(&format!("/x?{}", "y".repeat(MAX_BYTES))).is_ok(), "only the path counts");
}

#[test]
fn a_path_without_escapes_is_not_copied() {
    assert!(matches!(normalise("/api/rules/?x=%20").unwrap().0, Cow::Borrowed("/api/rules")));
}

/// A plain second implementation of decoding.
fn decoded_once(raw: &str) -> Vec<u8> {
    let bytes = raw.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'%' {
            out.push(u8::from_str_radix(&raw[at + 1..at + 3], 16).unwrap());
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// `path` with the bytes that `chosen` names escaped; slashes stay.
fn with_escapes(path: &str, chosen: &[bool], upper: bool) -> String {
    let mut chosen = chosen.iter().copied().cycle();
    path.bytes()
        .map(|byte| match byte {
            b'/' => "/".to_owned(),
            byte if byte.is_ascii_graphic() && !chosen.next().unwrap_or(false) => char::from(byte).to_string(),
            byte if upper => format!("%{byte:02X}"),
            byte => format!("%{byte:02x}"),
        })
        .collect()
}

proptest! {
    #[test]
    fn whatever_passes_is_plain(raw in "/?([a-z./%;\\\\?# é\u{0}-\u{20}]|%[0-9a-fA-F]{2}|%25|\\.\\.|//){0,12}") {
        if let Ok(path) = normalise(&raw) {
            let path = path.as_str();
            prop_assert!(path.starts_with('/'));
            prop_assert!(!path.contains("//") && (path == "/" || !path.ends_with('/')));
            prop_assert!(!path.chars().any(|c| c.is_control() || "\\;%?#".contains(c)));
            prop_assert!(path == "/" || path[1..].split('/').all(|s| !s.is_empty() && s != "." && s != ".."));
            let raw = raw.split('?').next().unwrap();
            prop_assert!(!raw.contains("//"));
            let decoded = String::from_utf8(decoded_once(raw)).unwrap();
            prop_assert_eq!(without_trailing_slash(&decoded), path, "nothing is resolved, only decoded");
        }
    }

    #[test]
    fn any_text_is_judged_without_a_panic(raw in any::<String>(), tail in any::<String>()) {
        let _ = normalise(&raw);
        let _ = normalise(&format!("/{raw}%{tail}"));
    }

    #[test]
    fn needless_escapes_change_nothing(
        path in "(/[a-zA-Z0-9_é🦀-]{1,6}){1,5}",
        chosen in proptest::collection::vec(any::<bool>(), 1..20),
        upper: bool,
    ) {
        let escaped = with_escapes(&path, &chosen, upper);
        let normal = normalise(&escaped).unwrap();
        prop_assert_eq!(normal.as_str(), path.as_str());
    }

    #[test]
    fn a_second_escaping_is_refused(path in "(/[a-z]{1,6}){1,5}", chosen in proptest::collection::vec(any::<bool>(), 1..20)) {
        let once = with_escapes(&path, &chosen, false);
        prop_assume!(once != path);
        prop_assert!(normalise(&once.replace('%', "%25")).is_err());
    }
}
