//! Another spelling of a path is no way around its guard.

use std::collections::BTreeSet;

use crate::support::{IdentityProvider, TestApp, exchange, on_each_backend};

const ADMIN_PATHS: [&str; 6] = [
    "/admin/system/roles",
    "/admin/system/audit",
    "/admin/system/my-context",
    "/admin/system/tiers/pro",
    "/admin/local-users",
    "/admin/usage/user_x",
];

/// Ways to write a path that some reader takes for the same one.
fn spellings(path: &str) -> Vec<String> {
    let escaped = |at: usize, upper: bool| {
        let byte = path.as_bytes()[at];
        let hex = if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
        format!("{}{hex}{}", &path[..at], &path[at + 1..])
    };
    let mut all: Vec<String> = (0..path.len()).map(|at| escaped(at, at % 2 == 0)).collect();
    for (what, with) in [
        ("/", "//"),
        ("/", "/./"),
        ("/", "/%2e/"),
        ("/", "/x/../"),
        ("/", "/x/%2e%2e/"),
        ("/", "%2f"),
        ("/", "%5c"),
        ("/", "\\"),
        ("/", "/;x/"),
        ("/", ";/"),
        ("/", "/%00"),
        ("/", "/%09"),
        ("/", "%252f"),
        ("/", "/%c0%ae/"),
        ("/", "/%e2%80%a4/"),
    ] {
        all.extend(
            path.match_indices(what).map(|(at, _)| format!("{}{with}{}", &path[..at], &path[at + what.len()..])),
        );
    }
    let whole = [
        format!("{path}/"),
        format!("{path}//"),
        format!("{path}%20"),
        format!("{path}%00"),
        format!("{path};x=1"),
        format!("{path}/."),
        format!("{path}/..;/"),
        format!("{path}%23"),
        format!("{path}%3f"),
        format!("/v1/..{path}"),
        format!("/v1/flags/..{path}"),
        format!("/health/live/../..{path}"),
        format!("/.{path}"),
        format!("/%2e%2e{path}"),
        format!("{path}#/v1/flags"),
        path.to_uppercase(),
        path.replace("admin", "Admin"),
        path.replace("admin", "adm%69n"),
        path.replace("admin", "%61dmin"),
        path.replace("admin", "admin%2e"),
        path.replace("admin", "admin."),
        path.replace("admin", "%ef%bd%81dmin"),
        format!("http://localhost{path}"),
        format!("http://x{path}/"),
        format!("//localhost{path}"),
        format!("*{path}"),
        format!(" {path}"),
        format!("\t{path}"),
        path[1..].to_owned(),
    ];
    all.extend(whole);
    all
}

fn request(target: &str, token: Option<&str>) -> Vec<u8> {
    let authorization = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
    format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}\r\n").into_bytes()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn c_32_no_spelling_of_an_admin_path_gets_past_its_guard() {
    on_each_backend(async |app: &TestApp| {
        let plain = IdentityProvider::token("user_plain", false);
        let targets: BTreeSet<String> = ADMIN_PATHS.iter().flat_map(|path| spellings(path)).collect();
        assert!(targets.len() >= 300, "{}", targets.len());
        for target in &targets {
            for token in [None, Some(plain.as_str())] {
                let answer = exchange(&app.url(), request(target, token)).await;
                // 0: the server would not even answer a request line that is none.
                assert!(matches!(status(&answer), 0 | 400 | 401 | 403 | 404 | 405), "{target:?}: {answer}");
            }
        }
    })
    .await;
}

/// Whether a request line's target is a path in the one spelling that is taken: what RFC 3986 calls normalised, and
/// without what other readers may take for something else.
fn is_plain(target: &str) -> bool {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').collect();
    let hidden = ["%2f", "%5c", "%3b", "%25", "%7f"];
    let escapes = path.match_indices('%').map(|(at, _)| path.get(at..at + 3).unwrap_or_default().to_lowercase());
    let is_needed = |escape: &str| {
        let byte = escape.get(1..).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(b'a');
        !byte.is_ascii_alphanumeric() && !b"-._~".contains(&byte) && byte >= b' ' && !hidden.contains(&escape)
    };
    path.starts_with('/')
        && !path.contains(['\\', ';', ' ', '\t'])
        && !segments.iter().skip(1).rev().skip(1).any(|segment| segment.is_empty())
        && !segments.iter().any(|segment| matches!(*segment, "." | ".."))
        && escapes.into_iter().all(|escape| is_needed(&escape))
}

/// The same spellings as an admin: what is not the one spelling reaches no handler at all, and what is one is another path.
#[tokio::test]
async fn a_needless_spelling_is_refused_even_to_an_admin() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let targets: BTreeSet<String> = ADMIN_PATHS.iter().flat_map(|path| spellings(path)).collect();
        let (mut refused, mut other) = (0, 0);
        for target in &targets {
            let answer = exchange(&app.url(), request(target, Some(admin.token()))).await;
            let status = status(&answer);
            if is_plain(target) && !target.contains('#') {
                let is_let_in = !answer.contains("needless") && matches!(status, 200 | 400 | 404 | 405);
                assert!(is_let_in, "{target:?} is no needless spelling: {answer}");
                other += 1;
            } else if target.starts_with('/') && target.is_ascii() && !target.contains([' ', '\t', '#']) {
                assert!(status == 400 && answer.contains("needless"), "{target:?}: {answer}");
                refused += 1;
            } else {
                // No target of a request at all (RFC 9112 §3.2), or one that names the server, too. A fragment is cut off
                // before anybody looks at the path.
                let is_cut = target.contains('#') && matches!(status, 200 | 405);
                let names_server = target.starts_with("http://") && matches!(status, 200 | 405);
                assert!(is_cut || names_server || matches!(status, 0 | 400 | 404), "{target:?}: {answer}");
            }
        }
        assert!(refused >= 250 && other >= 15, "{refused} refused, {other} other paths");
        let answer = exchange(&app.url(), request("/admin/system/roles", Some(admin.token()))).await;
        assert_eq!(status(&answer), 200, "{answer}");
    })
    .await;
}
