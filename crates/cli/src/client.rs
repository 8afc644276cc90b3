//! The server over HTTP, and what its refusals mean.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::profiles::{Credential, Profile};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// A server, spoken to as somebody.
pub struct Client {
    http: reqwest::Client,
    profile: Profile,
}

impl Client {
    pub(crate) fn new(profile: Profile) -> Result<Self, Failure> {
        let http = reqwest::Client::builder().connect_timeout(CONNECT_WITHIN).timeout(ANSWER_WITHIN);
        let http = http.redirect(reqwest::redirect::Policy::none()).build();
        let http = http.map_err(|error| Failure::new(Failure::SERVER, format!("TLS can't be set up: {error}")))?;
        let server = profile.server.trim_end_matches('/').to_owned();
        Ok(Self { http, profile: Profile { server, ..profile } })
    }

    pub(crate) fn server(&self) -> &str {
        &self.profile.server
    }

    /// What the caller may run, as the server describes it.
    ///
    /// # Errors
    /// When the server is away or refuses.
    pub async fn operations(&self) -> Result<Value, Failure> {
        let mut listed = self.get("/v1/admin/operations").await?;
        Ok(listed.get_mut("operations").map(Value::take).unwrap_or_default())
    }

    /// Runs an operation, for good or as a preview.
    ///
    /// # Errors
    /// When the server is away or refuses.
    pub async fn run(
        &self,
        operation: &str,
        input: &Value,
        is_preview: bool,
        key: Option<&str>,
    ) -> Result<Value, Failure> {
        let dry_run = if is_preview { "?dry_run=true" } else { "" };
        let mut request = self.request(Method::POST, &format!("/v1/admin/operations/{operation}{dry_run}")).json(input);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.answer(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.answer(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.answer(self.request(Method::POST, path).json(body)).await
    }

    /// Posts without a credential.
    pub(crate) async fn post_anonymously(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.answer(self.http.post(format!("{}{path}", self.profile.server)).json(body)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.profile.server));
        match &self.profile.credential {
            Credential::Bearer(token) => request.bearer_auth(token),
            Credential::AdminKey(key) => request.header("X-Admin-Key", key),
        }
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let away = |error: reqwest::Error| {
            let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            Failure::new(Failure::SERVER, format!("{} can't be reached: {reason}", self.profile.server))
        };
        let response = request.send().await.map_err(|error| away(error.without_url()))?;
        let status = response.status();
        let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        let body = response.bytes().await.map_err(|error| away(error.without_url()))?;
        if status.is_success() {
            if body.is_empty() {
                return Ok(json!(null));
            }
            let unreadable = |_| Failure::new(Failure::SERVER, format!("{} is no Aedile", self.profile.server));
            return serde_json::from_slice(&body).map_err(unreadable);
        }
        Err(refusal(status, wait, &serde_json::from_slice(&body).unwrap_or_default()))
    }
}

fn refusal(status: StatusCode, wait: Option<u64>, body: &Value) -> Failure {
    let told = ["detail", "error"].iter().find_map(|name| body.get(name)?.as_str());
    let told = told.or(status.canonical_reason()).unwrap_or("refused").to_owned();
    match status {
        // Who has to prove more is told how already.
        StatusCode::UNAUTHORIZED if told.contains("aedile login") => Failure::not_signed_in(told),
        StatusCode::UNAUTHORIZED => Failure::not_signed_in(format!("{told}: sign in with aedile login")),
        StatusCode::FORBIDDEN => Failure::not_signed_in(format!("{told}: aedile whoami says who you are")),
        StatusCode::NOT_FOUND => Failure::new(Failure::NOT_FOUND, told),
        StatusCode::CONFLICT | StatusCode::GONE | StatusCode::UNPROCESSABLE_ENTITY => {
            Failure::new(Failure::CONFLICT, told)
        }
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = wait.map(|seconds| format!(", try again in {seconds} s")).unwrap_or_default();
            Failure::new(Failure::LIMITED, format!("too many requests{wait}"))
        }
        status if status.is_client_error() => Failure::usage(told),
        _ => Failure::new(Failure::SERVER, format!("the server is in trouble ({status}): {told}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_ends_with_the_code_of_its_kind() {
        let code =
            |status: u16| refusal(StatusCode::from_u16(status).unwrap(), None, &json!({ "detail": "why" })).code();
        for (status, expected) in [
            (400, 2),
            (401, 3),
            (403, 3),
            (404, 4),
            (409, 5),
            (410, 5),
            (422, 5),
            (429, 6),
            (500, 7),
            (503, 7),
            (302, 7),
        ] {
            assert_eq!(code(status), expected, "{status}");
        }
    }
}
