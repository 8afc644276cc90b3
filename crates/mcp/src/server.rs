//! The protocol.

use std::sync::Arc;

use aedile_kernel::time::random_bytes;
use aedile_kernel::{Effect, Entropy};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};
use serde_json::Value;

use crate::answer::{self, INSTRUCTIONS};
use crate::backend::{OfferedOperation, ToolBackend, ToolRefusal};
use crate::limits::{Limits, Spent};
use crate::previews::Previews;
use crate::tools::{PREVIEW_TOKEN, has_shape, tool};

/// What is remembered of a caller from call to call.
pub struct Session {
    previews: Previews,
    spent: Spent,
}

impl Session {
    /// A session in which nothing was done.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { previews: Previews::new(entropy), spent: Spent::default() }
    }
}

/// One caller's tools.
pub struct ToolServer<D> {
    backend: D,
    limits: Limits,
    session: Arc<Session>,
    entropy: Arc<dyn Entropy>,
}

/// Speaks with an agent over standard input and output until it goes away.
///
/// # Errors
/// When the agent does not begin as the protocol says.
pub async fn serve_stdio<D: ToolBackend>(server: ToolServer<D>) -> Result<(), ToolRefusal> {
    let failed =
        |error: &dyn std::fmt::Display| ToolRefusal::certainly(format!("the agent does not speak MCP: {error}"));
    let running = server.serve(rmcp::transport::stdio()).await.map_err(|error| failed(&error))?;
    running.waiting().await.map(drop).map_err(|error| failed(&error))
}

impl<D: ToolBackend> ToolServer<D> {
    /// The tools of this backend, in a session.
    pub fn new(backend: D, limits: Limits, session: Arc<Session>, entropy: Arc<dyn Entropy>) -> Self {
        Self { backend, limits, session, entropy }
    }

    async fn call(&self, request: CallToolRequestParams) -> Result<CallToolResult, ToolRefusal> {
        let operation = self.backend.find(&request.name).await?.filter(|operation| self.limits.offer(operation));
        let operation =
            operation.ok_or_else(|| ToolRefusal::certainly(format!("there is no tool {}", request.name)))?;
        let mut arguments = request.arguments.unwrap_or_default();
        if operation.effect != Effect::Destructive {
            return self.carry_out(&operation, &Value::Object(arguments)).await;
        }
        let token = arguments.remove(PREVIEW_TOKEN);
        self.take_away(&operation, &Value::Object(arguments), token.as_ref().and_then(Value::as_str)).await
    }

    /// Shows first, and does it when what was shown comes back.
    async fn take_away(
        &self,
        operation: &OfferedOperation,
        input: &Value,
        token: Option<&str>,
    ) -> Result<CallToolResult, ToolRefusal> {
        let shown = self.backend.run(&operation.name, input, true).await?;
        let why = match token {
            Some(token) if self.session.previews.redeem(token, &operation.name, input, &shown) => {
                return self.carry_out(operation, input).await;
            }
            Some(_) => "This preview_token is used up, too old, or was for something else.",
            None => "",
        };
        let token = self.session.previews.remember(&operation.name, input, &shown);
        Ok(answer::preview(&shown, &token, &self.mark(), why))
    }

    async fn carry_out(&self, operation: &OfferedOperation, input: &Value) -> Result<CallToolResult, ToolRefusal> {
        let writes = operation.effect != Effect::Read;
        if writes {
            self.session.spent.count(&self.limits, operation, input)?;
        }
        match self.backend.run(&operation.name, input, false).await {
            Ok(output) => Ok(answer::answer(output, &self.mark(), has_shape(operation))),
            Err(refused) => {
                if writes && refused.is_certain {
                    self.session.spent.take_back(operation, input);
                }
                Err(refused)
            }
        }
    }

    fn mark(&self) -> String {
        URL_SAFE_NO_PAD.encode(random_bytes::<12>(self.entropy.as_ref()))
    }
}

impl<D: ToolBackend> ServerHandler for ToolServer<D> {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("aedile", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let all = self.backend.operations().await;
        let all = all.map_err(|refused| ErrorData::internal_error(refused.message, None))?;
        let offered = all.iter().filter(|operation| self.limits.offer(operation));
        Ok(ListToolsResult::with_all_items(offered.map(tool).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let answered = self.call(request).await;
        Ok(answered.unwrap_or_else(|refused| answer::refusal(&refused.message, &self.mark())).into())
    }
}
