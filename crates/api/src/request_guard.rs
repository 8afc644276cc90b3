//! What every request passes first: it gets an id, and its path must be the one spelling that routes and rules know.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use aedile_kernel::Error;
use aedile_kernel::personal::masked;

use crate::app::App;
use crate::refusal::Refusal;
use crate::request_id::{HEADER, RequestId};

/// Gives the request an ID, refuses a path with a redundant spelling by `refuse`, counts the answer and logs it.
pub(crate) async fn enter<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    refuse: impl FnOnce(&str, &Refusal) -> HttpResponse,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("the app is not configured"));
    };
    let (id, started) = (RequestId::choose(&app, &request), app.now());
    request.extensions_mut().insert(id.clone());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let mut response = if is_canonical(request.uri().path()) {
        next.call(request).await?.map_into_left_body()
    } else {
        let refusal =
            Refusal::Operation(Error::invalid("path", "must be written without needless escapes, //, /./ or ;"));
        let answer = refuse(request.path(), &refusal);
        request.into_response(answer).map_into_right_body()
    };
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    let micros = u32::try_from(app.now().as_micros() - started.as_micros()).unwrap_or(0);
    let status = response.status().as_u16();
    let pattern = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
    metrics::counter!("aedile_http_requests_total", "route" => pattern, "status" => status.to_string()).increment(1);
    metrics::histogram!("aedile_http_request_seconds").record(f64::from(micros) / 1e6);
    if status >= 500 {
        tracing::warn!(%method, path = masked(&path), status, micros, request_id = id.0, "request failed");
    } else {
        tracing::debug!(%method, path = masked(&path), status, micros, request_id = id.0, "request");
    }
    Ok(response)
}

/// Whether a path is written in the one way that routes and rules know: no empty or dot segments, no `;`, `\` or NUL, and
/// escapes only for what must be escaped. Two spellings of one path are how a check is passed by and a handler reached.
fn is_canonical(path: &str) -> bool {
    let segments = path.strip_prefix('/').unwrap_or(path);
    let is_empty_inside = segments.split('/').rev().skip(1).any(str::is_empty);
    let is_dotted = segments.split('/').any(|segment| matches!(segment, "." | ".."));
    path.starts_with('/') && !is_empty_inside && !is_dotted && has_canonical_bytes(path.as_bytes())
}

fn has_canonical_bytes(path: &[u8]) -> bool {
    let mut bytes = path.iter();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => match (bytes.next(), bytes.next()) {
                (Some(high), Some(low)) => is_needed_escape(*high, *low),
                _ => false,
            },
            b';' | b'\\' => false,
            byte => byte.is_ascii_graphic(),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// RFC 3986 §2.3: unreserved characters are never escaped; a slash, a backslash, a semicolon, a percent sign or a control
/// character in a segment is more trouble than it is worth.
fn is_needed_escape(high: u8, low: u8) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (Some(high), Some(low)) = (digit(high), digit(low)) else { return false };
    let byte = high * 16 + low;
    let is_unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    !is_unreserved && !byte.is_ascii_control() && !matches!(byte, b'/' | b'\\' | b';' | b'%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_32_one_path_has_one_spelling() {
        for good in
            ["/", "/admin/system/roles", "/admin/system/tiers/pro", "/a/b%20c", "/users/a%40b.example", "/x/%C3%A4"]
        {
            assert!(is_canonical(good), "{good}");
        }
        for bad in [
            "",
            "admin",
            "//admin",
            "/admin//x",
            "/admin/./x",
            "/admin/../x",
            "/..",
            "/%61dmin",
            "/admin%2fx",
            "/admin%5cx",
            "/admin\\x",
            "/admin;x",
            "/admin%3bx",
            "/admin/%2e%2e/x",
            "/admin%00",
            "/admin%",
            "/admin%4",
            "/admin%zz",
            "/a%25b",
            "/admin\u{0}",
            "/admin x",
            "/ädmin",
            "/admin%0a",
            "/admin%7f",
        ] {
            assert!(!is_canonical(bad), "{bad}");
        }
    }
}
