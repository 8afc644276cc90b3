//! What the pages look like, and what they may do in a browser: next to nothing.

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS};
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_accounts::CliSignInRequest;
use aedile_accounts::cli_sign_in::LoopbackUri;
use aedile_kernel::Error;
use aedile_kernel::digest::sha256;
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::call::Answer;
use crate::refusal::Refusal;

pub(super) const STYLE: &str = include_str!("../../../templates/style.css");
/// The one style that a browser applies.
pub(super) static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| source_of(STYLE));

/// How a policy names a style: by its digest.
pub(in crate::families) fn source_of(style: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(sha256(style.as_bytes())))
}

/// Where somebody signs in for their command line.
#[derive(Template)]
#[template(path = "cli_sign_in.html")]
pub(in crate::families) struct SignInPage<'a> {
    /// What the command line asks for.
    pub(in crate::families) asked: &'a CliSignInRequest,
    /// Who is signed in with the identity provider; nobody, and the page asks for a password.
    pub(in crate::families) person: Option<&'a str>,
    /// What was wrong with the attempt before.
    pub(in crate::families) problem: Option<&'a str>,
    /// What was typed before.
    pub(in crate::families) identifier: &'a str,
}

impl SignInPage<'_> {
    const STYLE: &'static str = STYLE;

    pub(in crate::families) fn answer(&self, status: StatusCode) -> Answer {
        let body = self.render().map_err(Error::internal)?;
        Ok(html(status, &STYLE_SOURCE, &form_targets(&self.asked.redirect_uri), body))
    }
}

/// Why there is no page.
#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    title: &'a str,
    message: &'a str,
}

impl RefusalPage<'_> {
    const STYLE: &'static str = STYLE;
}

pub(in crate::families) fn refusal(refusal: &Refusal) -> HttpResponse {
    let (status, message) = (refusal.status(), refusal.message());
    let title = status.canonical_reason().unwrap_or("Error");
    let body = RefusalPage { title, message: &message }.render().unwrap_or_else(|_| title.to_owned());
    html(status, &STYLE_SOURCE, "'none'", body)
}

/// The form goes to this server, and its answer on to the program that asked. A policy can't name an IPv6 address.
fn form_targets(redirect: &LoopbackUri) -> String {
    match redirect.host_and_port() {
        host if host.starts_with('[') => "'self' http:".to_owned(),
        host => format!("'self' http://{host}"),
    }
}

/// A page without scripts, which nobody frames. Its own form must tell where it comes from, so it may send a referrer here.
pub(in crate::families) fn html(
    status: StatusCode,
    style_source: &str,
    form_targets: &str,
    body: String,
) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; style-src {style_source}; form-action {form_targets}; base-uri 'none'; frame-ancestors 'none'"
    );
    HttpResponseBuilder::new(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn asked(redirect: &str, state: &str) -> CliSignInRequest {
        CliSignInRequest::parse(redirect, state, CHALLENGE, "S256").unwrap()
    }

    #[test]
    fn what_others_wrote_stays_text() {
        let state = "\"><script>alert(1)</script>'&";
        let asked = asked("http://localhost:8080/?a='b'&c=d", state);
        for person in [Some("</button><img src=x>"), None] {
            let page = SignInPage { asked: &asked, person, problem: Some("<b>"), identifier: "\" autofocus x=\"<i>" };
            let text = page.render().unwrap();
            for bad in ["<script", "<img", "<b>", "<i>", "\" autofocus x", "'b'"] {
                assert!(!text.contains(bad), "{bad}: {text}");
            }
            assert_eq!(text.matches("<input type=\"hidden\"").count(), if person.is_some() { 5 } else { 4 });
        }
    }

    #[test]
    fn the_policy_allows_one_style_and_one_way_out() {
        let page = |redirect| {
            let asked = asked(redirect, "x");
            let page = SignInPage { asked: &asked, person: None, problem: None, identifier: "" };
            let response = page.answer(StatusCode::OK).unwrap();
            let policy = response.headers().get(CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap().to_owned();
            (page.render().unwrap(), policy)
        };
        let (text, policy) = page("http://127.0.0.1:8080/callback");
        let style = text.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        assert!(policy.contains(&STANDARD.encode(sha256(style.as_bytes()))), "{policy}");
        assert!(policy.contains("form-action 'self' http://127.0.0.1:8080;"), "{policy}");
        assert!(policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert!(page("http://[::1]:8080/").1.contains("form-action 'self' http:;"));
    }
}
