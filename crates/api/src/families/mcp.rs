//! `/mcp`: operations as tools for AI agents, by the Model Context Protocol over HTTP. Refusals before it are problem details.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::header::ACCEPT;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::runner::Chain;
use aedile_kernel::{Authority, Credential, Error};
use aedile_mcp::{HttpCall, OfferedOperation, ToolBackend, ToolRefusal, ToolServer, answer_http, tool_name};
use async_trait::async_trait;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::problem;
use crate::api_family::ApiFamily;
use crate::call::{Answer, AuthenticatedRequest};
use crate::limits::RateClass::Admin;
use crate::named_operations::NamedOperations;
use crate::openapi::{Audience, FamilyDescription, KEY, OPERATOR, USER, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The entry point for agents; behind it, each operation asks for its own permission.
pub(crate) struct Mcp;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Agents",
    about: "Operations as tools for AI agents.",
    audience: Audience::Admins,
    credentials: &[USER, KEY, OPERATOR],
    refused: &problem::REFUSED,
};

impl ApiFamily for Mcp {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[];

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// The one route.
pub(crate) fn routes() -> Routes<Mcp> {
    Routes::new()
        .open(Admin, Method::POST, "/mcp", take)
        .tells("A message of the Model Context Protocol, as JSON-RPC 2.0.")
        .reads(&[("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", "The protocol's version")])
        .takes::<Message>()
        .answers(of::<Message>())
        .answers_nothing(202)
}

const JSON: &[u8] = b"application/json";

/// A message of JSON-RPC.
struct Message;

impl JsonSchema for Message {
    fn schema_name() -> Cow<'static, str> {
        "JsonRpcMessage".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "A message of JSON-RPC 2.0.",
            "required": ["jsonrpc"],
            "properties": {
                "jsonrpc": { "type": "string", "const": "2.0" },
                "id": { "type": ["integer", "string", "null"] },
                "method": { "type": "string", "examples": ["tools/list"] },
                "params": { "type": "object" },
                "result": { "type": "object" },
                "error": { "type": "object" },
            },
            "examples": [{ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }],
        })
    }
}

async fn take(mut request: AuthenticatedRequest<Mcp>) -> Answer {
    if request.identity.credential == Credential::Anonymous {
        return Err(Error::unauthenticated("sign in to use the tools").into());
    }
    if !request.takes_json() {
        return Err(Refusal::NotAcceptable);
    }
    let fields = request.headers().iter().filter(|(name, _)| *name != ACCEPT);
    let mut headers: Vec<(String, Vec<u8>)> =
        fields.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect();
    // The protocol has clients name both; to whoever takes JSON, JSON is answered all the same.
    headers.push((ACCEPT.to_string(), b"application/json, text/event-stream".to_vec()));
    let call = HttpCall { method: request.method().to_string(), headers, body: request.bytes().await? };
    let parts = &request.app.dependencies;
    let session = request.app.agent_session(&request.identity.bucket());
    let server = ToolServer::new(
        ServerBackend(request.named_operations()),
        parts.agent_limits.clone(),
        session,
        Arc::clone(&parts.entropy),
    );
    let answered = answer_http(server, call).await;
    let answered = answered.map_err(|refused| Error::invalid("request", refused.message))?;
    let status = StatusCode::from_u16(answered.status).map_err(Error::internal)?;
    let is_json = answered.headers.iter().any(|(name, value)| name == "content-type" && value.starts_with(JSON));
    if status.is_client_error() && !is_json {
        let complaint = String::from_utf8_lossy(&answered.body);
        return Err(Error::invalid("message", crate::body::complaint(&complaint)).into());
    }
    let mut response = HttpResponseBuilder::new(status);
    for (name, value) in answered.headers.iter().filter(|(name, _)| name == "content-type" || name == "allow") {
        response.append_header((name.as_str(), value.as_slice()));
    }
    Ok(response.body(answered.body))
}

/// The operations of this server.
struct ServerBackend(NamedOperations);

#[async_trait]
impl ToolBackend for ServerBackend {
    async fn operations(&self) -> Result<Vec<OfferedOperation>, ToolRefusal> {
        Ok(self.0.operations().map(offered).collect())
    }

    async fn find(&self, tool: &str) -> Result<Option<OfferedOperation>, ToolRefusal> {
        Ok(self.0.operations().find(|operation| tool_name(operation.name) == tool).map(offered))
    }

    async fn run(&self, name: &str, input: &Value, is_preview: bool) -> Result<Value, ToolRefusal> {
        let mode = if is_preview { Mode::Preview } else { Mode::Commit };
        self.0.run(name, input.clone(), mode, None).await.map(|done| done.output).map_err(|error| refused(&error))
    }
}

fn offered(operation: &Description) -> OfferedOperation {
    let schema = |schema: &Schema| schema.as_object().cloned().unwrap_or_default();
    OfferedOperation {
        name: operation.name.to_owned(),
        summary: operation.summary().to_owned(),
        effect: operation.effect,
        permission: operation.permission.to_string(),
        idempotent: operation.idempotent,
        reaches_out: operation.reaches_out,
        gives_away: operation.gives_away.iter().map(ToString::to_string).collect(),
        input: schema(&operation.input),
        output: schema(&operation.output),
    }
}

/// What is in trouble is logged, and told in words that say nothing of how it is made.
fn refused(error: &Error) -> ToolRefusal {
    let is_certain = !matches!(error, Error::Unavailable { .. } | Error::Internal(_));
    if !is_certain {
        tracing::error!(error = %Chain(error), "an agent's call failed");
    }
    ToolRefusal { message: error.to_string(), is_certain }
}
