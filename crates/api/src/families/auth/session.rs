//! The identity provider's session, which a browser sends along by itself, and where a form comes from.

use actix_web::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};
use aedile_kernel::{Error, Result};

use crate::call::AuthenticatedRequest;
use crate::cookies::{PROVIDER_SESSION, cookie};
use crate::families::pages::Pages;
use crate::identity::Identity;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What to call whoever is signed in with the identity provider; `None` when nobody is.
pub(super) async fn person(request: &AuthenticatedRequest<Pages>) -> Option<String> {
    Identity::name_in_session(&request.app, cookie(request.headers(), PROVIDER_SESSION)?).await.ok()
}

/// Who is signed in with the identity provider, and says so on our own page.
pub(super) async fn identity(request: &AuthenticatedRequest<Pages>) -> Result<Identity> {
    if !comes_from_here(request.headers()) {
        return Err(Error::forbidden("this must be confirmed on the sign-in page itself; open it anew"));
    }
    let over = || Error::unauthenticated("your session is over; sign in again and reload this page");
    let token = cookie(request.headers(), PROVIDER_SESSION).ok_or_else(over)?;
    let identity = Identity::of_session(&request.app, request.http(), token).await;
    identity.map_err(|error| if matches!(error, Error::Unauthenticated(_)) { over() } else { error })
}

/// Whether a form was sent from a page of this very host. Every browser says so in `Origin`, newer ones in `Sec-Fetch-Site`
/// as well; who says nothing is no browser with our page open.
pub(crate) fn comes_from_here(headers: &HeaderMap) -> bool {
    let one = |name: HeaderName| {
        let mut values = headers.get_all(name);
        let value = values.next().map(|value| value.to_str().unwrap_or_default());
        if values.next().is_some() { Some("") } else { value }
    };
    let is_ours = |origin: &str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| !host.is_empty() && one(HOST).is_some_and(|own| own.eq_ignore_ascii_case(host)))
    };
    match (one(FETCH_SITE), one(ORIGIN)) {
        (Some("same-origin") | None, Some(origin)) => is_ours(origin),
        (Some("same-origin"), None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn only_our_own_page_counts() {
        let sent = |site: Option<&str>, origins: &[&str]| {
            let mut pairs = vec![(HOST, "id.example:8080")];
            pairs.extend(site.map(|site| (FETCH_SITE, site)));
            pairs.extend(origins.iter().map(|origin| (ORIGIN, *origin)));
            comes_from_here(&headers(&pairs))
        };
        let own = "https://id.example:8080";
        assert!(sent(Some("same-origin"), &[own]) && sent(None, &[own]) && sent(Some("same-origin"), &[]));
        assert!(sent(None, &["http://ID.example:8080"]));
        for site in ["cross-site", "same-site", "none", "", "Same-Origin"] {
            assert!(!sent(Some(site), &[own]) && !sent(Some(site), &[]), "{site}");
        }
        for origin in [
            "null",
            "",
            "https://",
            "id.example:8080",
            "https://id.example",
            "https://evil.example",
            "https://id.example:8080.evil.example",
            "https://evil.example/https://id.example:8080",
            "file://id.example:8080",
        ] {
            assert!(!sent(None, &[origin]) && !sent(Some("same-origin"), &[origin]), "{origin}");
        }
        assert!(!sent(None, &[]), "who says nothing");
        assert!(!sent(None, &[own, "https://evil.example"]), "who says two things");
        assert!(!comes_from_here(&headers(&[(ORIGIN, own)])), "without a host");
    }
}
