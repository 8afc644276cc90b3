//! The protocol over HTTP: each request by itself, answered by JSON.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use crate::backend::{ToolBackend, ToolRefusal};
use crate::server::ToolServer;

/// A request, whoever received it.
pub struct HttpCall {
    /// Its method.
    pub method: String,
    /// Its header fields.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body.
    pub body: Bytes,
}

/// What to answer.
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Bytes,
}

/// Answers a request. The caller is known by a credential in a header, which no page of another site can send: so neither host
/// nor origin have to be looked at.
///
/// # Errors
/// When the request can't be a request.
pub async fn answer_http<D: ToolBackend>(server: ToolServer<D>, call: HttpCall) -> Result<HttpAnswer, ToolRefusal> {
    let malformed = |error: http::Error| ToolRefusal::certainly(format!("the request is malformed: {error}"));
    let mut request = http::Request::builder().method(call.method.as_str()).uri("/mcp");
    for (name, value) in &call.headers {
        request = request.header(name.as_str(), value.as_slice());
    }
    let request = request.body(Full::new(call.body)).map_err(malformed)?;
    let server = Arc::new(server);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let service =
        StreamableHttpService::new(move || Ok(Arc::clone(&server)), Arc::new(NeverSessionManager::default()), config);
    let (head, body) = service.handle(request).await.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let headers = head.headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    Ok(HttpAnswer { status: head.status.as_u16(), headers, body })
}
