//! The credential that a request carries in its headers, unchecked.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use aedile_kernel::{Error, Result};

/// The longest token worth a look.
const LONGEST_TOKEN: usize = 8 * 1024;

/// The one credential a request may carry.
pub(crate) enum Shown<'a> {
    Nothing,
    Token(&'a str),
    AdminKey(&'a [u8]),
}

/// What a request shows.
///
/// # Errors
/// `Invalid` for several credentials, `Unauthenticated` for one that can't be read.
pub(crate) fn shown(request: &HttpRequest) -> Result<Shown<'_>> {
    let headers = request.headers();
    let (mut tokens, mut keys) = (headers.get_all(AUTHORIZATION), headers.get_all("x-admin-key"));
    let value = match (tokens.next(), keys.next()) {
        (None, None) => return Ok(Shown::Nothing),
        (None, Some(key)) if keys.next().is_none() => return Ok(Shown::AdminKey(key.as_bytes())),
        (Some(value), None) if tokens.next().is_none() => value,
        _ => return Err(Error::invalid("Authorization", "send one credential, not several")),
    };
    let malformed = || Error::unauthenticated("the Authorization header must be: Bearer TOKEN");
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or_else(malformed)?;
    // RFC 9110 §11.4: one space or more.
    let token = token.trim_start_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") && (1..=LONGEST_TOKEN).contains(&token.len()) {
        Ok(Shown::Token(token))
    } else {
        Err(malformed())
    }
}
