use aedile_kernel::Error;
use proptest::prelude::*;

use super::*;

/// What passes, and as what.
const HARMLESS: &[(&str, &str)] = &[
    ("/", "/"),
    ("/?", "/"),
    ("/compile", "/compile"),
    ("/compile/", "/compile"),
    ("/compile?x=1", "/compile"),
    ("/compile?next=/../admin", "/compile"),
    ("/compile/?a=%zz&b=\\;", "/compile"),
    ("/compile?a#b", "/compile"),
    ("/%61dmin", "/admin"),
    ("/%61%64%6d%69%6E/", "/admin"),
    ("/adm%69n/system?x", "/admin/system"),
    ("/caf%C3%A9", "/café"),
    ("/caf%c3%a9", "/café"),
    ("/café", "/café"),
    ("/a%20b", "/a b"),
    ("/a+b", "/a+b"),
    ("/a%2Bb", "/a+b"),
    ("/.well-known/x", "/.well-known/x"),
    ("/x..y/z.", "/x..y/z."),
    ("/..x/...y", "/..x/...y"),
    ("/%2ex", "/.x"),
    ("/x:y@z!$&'()*,=~-_", "/x:y@z!$&'()*,=~-_"),
    ("/x/*", "/x/*"),
    ("/%F0%9F%A6%80", "/🦀"),
];

/// What is refused; some spelling of each has fooled a gateway somewhere.
const HOSTILE: &[&str] = &[
    // not a path
    "",
    " ",
    "*",
    "x",
    "admin",
    "?",
    "?/admin",
    "#",
    "http://h/admin",
    "https://h",
    "\\admin",
    ".",
    "..",
    "./x",
    "%2fadmin",
    "%2Fadmin",
    "%61dmin",
    "\u{feff}/admin",
    // empty segments
    "//",
    "//admin",
    "///admin",
    "/admin//",
    "/x//y",
    "/x//admin",
    "//h/admin",
    "/x///",
    "/admin//?x",
    // dot segments, raw and escaped
    "/.",
    "/..",
    "/...",
    "/./",
    "/../",
    "/./admin",
    "/../admin",
    "/x/./y",
    "/x/../admin",
    "/x/.",
    "/x/..",
    "/x/../",
    "/x/..?y",
    "/x/.../y",
    "/%2e",
    "/%2E",
    "/%2e%2e",
    "/%2E%2E",
    "/%2e.",
    "/.%2e",
    "/.%2E/admin",
    "/x/%2e%2e/admin",
    "/x/%2E%2E/admin",
    "/x/%2e./admin",
    "/x/.%2e/admin",
    "/x/%2e/admin",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/x/%2e%2e",
    "/x/%2e%2e/",
    "/../../../../etc/passwd",
    "/x/....",
    "/x/%2e%2e%2e",
    // escaped slashes and backslashes
    "/x%2fadmin",
    "/x%2Fadmin",
    "/%2f",
    "/%2F",
    "/%2fadmin",
    "/admin%2f",
    "/admin%2F",
    "/x%2f..%2fadmin",
    "/x%2F%2e%2e%2Fadmin",
    "/x/..%2fadmin",
    "/%2f%2fadmin",
    "/x%5cadmin",
    "/x%5Cadmin",
    "/x/..%5c..%5cadmin",
    "/%5cadmin",
    "/%5C%5Chost",
    "/x/%5c../admin",
    "/x\\admin",
    "/\\admin",
    "/x/..\\admin",
    "/\\\\host\\admin",
    "/x\\..\\admin",
    "\\",
    "/\\",
    // escaped twice
    "/%2561dmin",
    "/%252e%252e/admin",
    "/x/%252e%252e/admin",
    "/x%252fadmin",
    "/x%252Fadmin",
    "/%25",
    "/x%25",
    "/%2500",
    "/%255c",
    "/%25252e",
    "/%25%32%65",
    "/100%25",
    "/x/..%252f..%252fadmin",
    "/%%32%65",
    "/x%253b",
    // broken escapes
    "/%",
    "/%2",
    "/%g1",
    "/%1g",
    "/%zz",
    "/%%",
    "/x%",
    "/x%2",
    "/x%/y",
    "/%u002e",
    "/%u2215",
    "/%u002e%u002e/admin",
    "/% 2e",
    "/%+2",
    "/%-2",
    "/%2 e",
    "/%é",
    "/%2é",
    "/%0",
    "/%ff%",
    "/%２e",
    // not UTF-8: overlong, lone, surrogates, beyond Unicode
    "/%c0%af",
    "/%c0%ae%c0%ae/admin",
    "/x%c0%2fadmin",
    "/%c1%9c",
    "/%e0%80%af",
    "/%e0%80%ae",
    "/%f0%80%80%af",
    "/%f8%80%80%80%af",
    "/%fc%80%80%80%80%af",
    "/%ff",
    "/%fe",
    "/%80",
    "/%bf",
    "/%c3",
    "/%c3%28",
    "/%e2%82",
    "/%ed%a0%80",
    "/%f4%90%80%80",
    "/caf%e9",
    "/%c0%80",
    // parameters
    "/admin;",
    "/admin;x",
    "/admin;x=y",
    "/;/admin",
    "/x;/admin",
    "/x/..;/admin",
    "/x/;/../admin",
    "/.;/admin",
    "/..;/",
    "/admin%3b",
    "/admin%3Bx",
    "/x/..%3b/admin",
    "/;",
    "/x;jsessionid=1",
    // NUL, control characters, white space
    "/\0",
    "/admin\0",
    "/x\0/admin",
    "/%00",
    "/admin%00",
    "/admin%00.js",
    "/x%00/../admin",
    "/\t",
    "/admin\t",
    "/%09",
    "/admin%09",
    "/.%09./admin",
    "/\n",
    "/%0a",
    "/admin%0a",
    "/admin%0d%0aX: y",
    "/x\r\n",
    "/%0d",
    "/%1f",
    "/%7f",
    "/x\u{7f}",
    "/%c2%80",
    "/%c2%85",
    "/\u{85}",
    "/\u{9f}",
    "/ ",
    "/admin ",
    "/x y",
    "/ /admin",
    "/admin%20",
    "/%20admin",
    "/%20",
    "/x/%20/y",
    "/..%20/admin",
    "/%20../admin",
    "/x/..%20",
    "/admin%c2%a0",
    "/%e3%80%80admin",
    "/admin\u{a0}",
    "/x\u{2028}",
    "/public /../admin",
    // fragments and escaped queries
    "/x#",
    "/#",
    "/x#y",
    "/public#/../admin",
    "/x#?y",
    "/x%23",
    "/x%23/admin",
    "/x%3f",
    "/x%3fy",
    "/%3F/admin",
    "/x/..%3f",
    // look-alikes
    "/x／admin",
    "/．．/admin",
    "/%ef%bc%8fadmin",
    "/x/%ef%bc%8e%ef%bc%8e/admin",
    "/x＼admin",
    "/x∕admin",
    "/x⁄admin",
    "/x；y",
    "/％2e％2e/admin",
    "/x﹨admin",
    "/\u{37e}",
    "/\u{2025}/admin",
    "/\u{2024}\u{2024}/admin",
    "/%e2%80%a4%e2%80%a4/admin",
];

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
