//! Reading a request's body, within bounds of size, time and depth.

use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpMessage, HttpRequest};
use aedile_kernel::{Error, input};
use futures_util::StreamExt;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::refusal::Refusal;

const MOST_BYTES: usize = 1024 * 1024;
const DEEPEST: usize = 32;
const LONGEST_COMPLAINT: usize = 300;
/// actix has no deadline for a body.
const DEADLINE: Duration = Duration::from_secs(30);

/// The whole body.
pub(crate) async fn read(request: &HttpRequest, payload: &mut Payload) -> Result<Bytes, Refusal> {
    uncoded(request)?;
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MOST_BYTES) {
        return Err(Refusal::BodyTooLarge);
    }
    tokio::time::timeout(DEADLINE, collect(payload)).await.map_err(|_| Refusal::BodyTooSlow)?
}

async fn collect(payload: &mut Payload) -> Result<Bytes, Refusal> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Error::invalid("body", "could not be read"))?;
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(Refusal::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Refuses a body in a content coding (RFC 9110 §8.4): none is undone here.
pub(crate) fn uncoded(request: &HttpRequest) -> Result<(), Refusal> {
    let mut values = request.headers().get_all(CONTENT_ENCODING);
    let is_identity = |value: &HeaderValue| value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity");
    if values.all(is_identity) { Ok(()) } else { Err(Refusal::ContentCoding) }
}

/// Whether the body is of one of these media types, whatever their parameters; the charset, if one is named, must be UTF-8
/// or a part of it.
fn is_of(request: &HttpRequest, media: &[&str]) -> Result<bool, Refusal> {
    let Ok(Some(sent)) = request.mime_type() else { return Ok(false) };
    let is_utf8 = sent.get_param("charset").is_none_or(|charset| charset == "utf-8" || charset == "us-ascii");
    match media.contains(&sent.essence_str()) {
        true if !is_utf8 => Err(Refusal::NotUtf8),
        is_one => Ok(is_one),
    }
}

/// Refuses a body that is not said to be JSON, which needs none of it to be read.
pub(crate) fn expect_json(request: &HttpRequest) -> Result<(), Refusal> {
    let is_json = is_of(request, &["application/json", "application/merge-patch+json"])?;
    if is_json { Ok(()) } else { Err(Refusal::NotJson) }
}

/// Refuses a body that is not said to be a form, likewise.
pub(crate) fn expect_form(request: &HttpRequest) -> Result<(), Refusal> {
    let is_form = is_of(request, &["application/x-www-form-urlencoded"])?;
    if is_form { Ok(()) } else { Err(Refusal::NotForm) }
}

/// Reads JSON that must fit `T`.
pub(crate) fn decode<T: DeserializeOwned + JsonSchema>(request: &HttpRequest, body: &[u8]) -> Result<T, Refusal> {
    expect_json(request)?;
    json("body", body)
}

/// Reads JSON that stands in `field` and must fit `T`.
pub(crate) fn json<T: DeserializeOwned + JsonSchema>(field: &'static str, json: &[u8]) -> Result<T, Refusal> {
    if depth(json) > DEEPEST {
        return Err(Error::invalid(field, "is nested more than 32 levels deep").into());
    }
    if holds_nul(json) {
        return Err(Error::invalid(field, "must not contain NUL characters").into());
    }
    Ok(input::from_slice(field, json)?)
}

/// Reads a form that must fit `T`.
pub(crate) fn decode_form<T: DeserializeOwned + JsonSchema>(request: &HttpRequest, body: &[u8]) -> Result<T, Refusal> {
    expect_form(request)?;
    if body.contains(&0) || body.windows(3).any(|escape| escape == b"%00") {
        return Err(Error::invalid("body", "must not contain NUL characters").into());
    }
    Ok(input::from_pairs("body", body)?)
}

/// What a parser says, cut short: it repeats the value it does not know, which may be as long as the body.
pub(crate) fn complaint(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    match text.char_indices().nth(LONGEST_COMPLAINT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Whether an escape in a string stands for NUL, which not every database can keep. Bare, it is no JSON.
fn holds_nul(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// How deep brackets nest outside of strings; right for well-formed JSON, and the parser refuses all other.
fn depth(body: &[u8]) -> usize {
    let (mut deepest, mut open, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn c_53_depth_counts_brackets_outside_of_strings() {
        assert_eq!(depth(br#"{"a":[{"b":"[[[[\"[["}]}"#), 3);
        assert_eq!(depth("[".repeat(40).as_bytes()), 40);
        assert_eq!(depth(b"7"), 0);
    }

    #[test]
    fn media_types_count_whatever_their_case_and_parameters() {
        let sent = |header: &str| {
            let request = TestRequest::default().append_header(("content-type", header)).to_http_request();
            is_of(&request, &["application/json"])
        };
        for good in [
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json; charset=US-ASCII; profile=x",
            "application/json; version=1",
        ] {
            assert!(matches!(sent(good), Ok(true)), "{good}");
        }
        for bad in ["", "text/plain", "application/jsonp", "application/json, text/plain", "json", "application/*"] {
            assert!(matches!(sent(bad), Ok(false)), "{bad}");
        }
        for bad in ["application/json; charset=iso-8859-1", "application/json; charset=utf-16"] {
            assert!(matches!(sent(bad), Err(Refusal::NotUtf8)), "{bad}");
        }
    }

    #[test]
    fn only_what_is_not_coded_is_read() {
        let sent = |values: &[&str]| {
            let mut request = TestRequest::default();
            for value in values {
                request = request.append_header(("content-encoding", *value));
            }
            uncoded(&request.to_http_request()).is_ok()
        };
        assert!(sent(&[]) && sent(&["identity"]) && sent(&["Identity"]) && sent(&["identity", "identity"]));
        for bad in [["gzip"].as_slice(), &["br"], &["identity, gzip"], &["identity", "deflate"], &[""]] {
            assert!(!sent(bad), "{bad:?}");
        }
    }

    #[test]
    fn nul_is_found_however_it_is_written_and_nothing_else_is() {
        for bad in [r#"{"a":"\u0000"}"#, r#"["\\\u0000"]"#, r#"["\"\u0000"]"#, r#"{"\u0000":1}"#] {
            assert!(holds_nul(bad.as_bytes()), "{bad}");
        }
        for good in [r#"["\\u0000"]"#, r#"["u0000"]"#, r#"["\u0001\u000a"]"#, "\\", ""] {
            assert!(!holds_nul(good.as_bytes()), "{good}");
        }
    }

    #[test]
    fn a_complaint_is_cut_short() {
        assert_eq!(complaint(&"unknown field `x`"), "unknown field `x`");
        assert_eq!(complaint(&"ä".repeat(300)), "ä".repeat(300));
        assert_eq!(complaint(&"ä".repeat(1_000_000)), format!("{}…", "ä".repeat(300)));
    }
}
