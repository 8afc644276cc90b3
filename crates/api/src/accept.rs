//! What a request accepts as its answer (RFC 9110 §12.5.1).

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, Accept, Header, Quality};

/// Whether an answer in JSON is welcome: of the ranges that cover it the most specific one decides. A request without
/// `Accept`, or with one that can't be read, takes anything.
pub(crate) fn takes_json(request: &HttpRequest) -> bool {
    if !request.headers().contains_key(ACCEPT) {
        return true;
    }
    let Ok(Accept(ranges)) = Accept::parse(request) else { return true };
    let covering = ranges.iter().filter_map(|range| {
        let specificity = match (range.item.type_().as_str(), range.item.subtype().as_str()) {
            ("application", "json") => 2,
            ("application", "*") => 1,
            ("*", "*") => 0,
            _ => return None,
        };
        Some((specificity, range.quality > Quality::ZERO))
    });
    covering.max().is_some_and(|(_, is_welcome)| is_welcome)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn json_is_welcome_unless_it_is_left_out_or_worth_nothing() {
        let takes =
            |accept: &str| takes_json(&TestRequest::default().append_header(("accept", accept)).to_http_request());
        assert!(takes_json(&TestRequest::default().to_http_request()));
        for good in [
            "*/*",
            "application/*",
            "application/json",
            "APPLICATION/JSON",
            "application/json;q=0.1",
            "text/html, */*;q=0.1",
            "text/event-stream, application/json",
            "application/json; charset=utf-8",
            "application/*;q=0, application/json",
        ] {
            assert!(takes(good), "{good}");
        }
        for bad in
            ["text/html", "text/event-stream", "*/*;q=0", "application/json;q=0, */*", "application/*;q=0.0, */*"]
        {
            assert!(!takes(bad), "{bad}");
        }
    }
}
