//! Somebody who calls the server.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use serde_json::Value;

use super::described::is_as_described;

/// Somebody with a base URL and perhaps a credential.
#[derive(Clone)]
pub(crate) struct Caller {
    client: Client,
    base: String,
    token: Option<String>,
    headers: HeaderMap,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body as JSON, null when it is none.
    pub(crate) body: Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Fails with the whole answer unless the status is this.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Fails unless this is a refusal in the shape of `/admin` with this status.
    #[track_caller]
    pub(crate) fn refused(self, status: u16) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.body["success"], Value::Bool(false), "{}", reply.text);
        assert!(reply.body["error"].is_string() && reply.body["code"].is_string(), "{}", reply.text);
        reply
    }
}

impl Caller {
    pub(crate) fn new(base: &str, token: Option<String>) -> Self {
        let client = Client::builder()
            .no_proxy()
            .pool_idle_timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { client, base: base.to_owned(), token, headers: HeaderMap::new() }
    }

    /// The same caller with one more header.
    pub(crate) fn with_header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        other.headers.append(name, HeaderValue::from_str(value).unwrap());
        other
    }

    /// The same caller at another server.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// The status of a POST, `None` when the server is gone.
    pub(crate) async fn try_post(&self, path: &str, body: Value) -> Option<u16> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(self.token()).json(&body);
        request.send().await.ok().map(|response| response.status().as_u16())
    }

    /// A request with a JSON body or none.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let body = body.map(|body| ("application/json", body.to_string().into_bytes()));
        self.send_raw(method, path, body).await
    }

    /// A form, as a browser sends it.
    pub(crate) async fn post_form(&self, path: &str, pairs: &[(impl AsRef<str>, impl AsRef<str>)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.send_raw(Method::POST, path, Some(("application/x-www-form-urlencoded", body.into_bytes()))).await
    }

    /// A request with any body.
    pub(crate) async fn send_raw(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Reply {
        let mut request =
            self.client.request(method.clone(), format!("{}{path}", self.base)).headers(self.headers.clone());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some((content_type, body)) = body {
            request = request.header("content-type", content_type).body(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        let reply = Reply { status, headers, text, body };
        is_as_described(method.as_str(), path, &reply);
        reply
    }
}
