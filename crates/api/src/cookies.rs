//! Sessions that a browser sends along by itself.

use actix_web::http::header::{COOKIE, HeaderMap};

/// The cookie in which the identity provider keeps its token.
pub(crate) const PROVIDER_SESSION: &str = "__session";
/// The cookie in which the dashboard keeps the token of a local sign-in.
pub(crate) const DASHBOARD_SESSION: &str = "aedile_session";
/// The cookie in which the dashboard keeps the token by which an admin acts as a user.
pub(crate) const IMPERSONATION: &str = "aedile_impersonation";

/// The value of a cookie. Of two, one may be another site's doing, so there is none then.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    let value = found.next().filter(|value| !value.is_empty())?;
    found.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn one_session_is_one() {
        for (cookies, expected) in [
            (&["a=b; __session=abc.def; c=d"][..], Some("abc.def")),
            (&["a=b", "__session=abc=="], Some("abc==")),
            (&["__session=abc; __session=def"], None),
            (&["__session=abc", "__session=abc"], None),
            (&["__session="], None),
            (&["__session_x=abc; x__session=abc; __SESSION=abc; __session"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for cookie in cookies {
                headers.append(COOKIE, HeaderValue::from_str(cookie).unwrap());
            }
            assert_eq!(cookie(&headers, PROVIDER_SESSION), expected, "{cookies:?}");
        }
    }
}
