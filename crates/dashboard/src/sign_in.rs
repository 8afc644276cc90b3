//! Where somebody signs in.

use aedile_kernel::Result;

use crate::view::SignInForm;

/// The page to sign in on: what was wrong with the attempt before, what was typed then, and where to go afterwards.
///
/// # Errors
/// `Internal`, when it can't be made.
pub fn sign_in(problem: Option<&str>, identifier: &str, target: &str) -> Result<String> {
    SignInForm { problem, identifier, target: own_page(target) }.html()
}

/// A page of ours, whoever wrote the link: nobody is sent elsewhere from here.
#[must_use]
pub fn own_page(target: &str) -> &str {
    let is_ours = target == "/dashboard" || target == "/api-keys" || target.starts_with("/dashboard/");
    let is_plain = target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && !target.contains("//");
    if is_ours && is_plain { target } else { "/dashboard" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for ours in ["/dashboard", "/api-keys", "/dashboard/users/user_a", "/dashboard/admin?q=a%40b"] {
            assert_eq!(own_page(ours), ours);
        }
        for other in [
            "",
            "//evil.example",
            "https://evil.example",
            "/dashboard//evil.example",
            "/dashboard/\\evil",
            "/v1/x",
            "/dashboardx",
            "/dashboard/\r\nX: y",
        ] {
            assert_eq!(own_page(other), "/dashboard", "{other}");
        }
    }
}
