//! `aedile mcp`: a server's operations as tools for an AI agent.

use std::sync::{Arc, Mutex, PoisonError};

use aedile_cli::{Client, Target};
use aedile_identity::SystemEntropy;
use aedile_kernel::Entropy;
use aedile_mcp::{Limits, OfferedOperation, Session, ToolBackend, ToolRefusal, ToolServer, serve_stdio, tool_name};
use async_trait::async_trait;
use clap::Args;
use serde_json::Value;

use super::Failure;
use crate::settings::values;

/// Run an MCP server that offers a server's operations to an AI agent
///
/// An agent's program starts this command and speaks with it over standard input and output. The agent acts in your name, with
/// your permissions; it only reads unless --allow-write is there. What takes something away is shown first.
#[derive(Args)]
pub(crate) struct Mcp {
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    target: Target,
}

impl Mcp {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        if let Some(unknown) = self.limits.only.iter().find(|noun| values::noun(noun).is_err()) {
            return Err(Failure::usage(format!(
                "--only: no operation has the noun {unknown:?}; aedile --help lists the nouns"
            )));
        }
        let client = self.target.client()?;
        // Whoever is not signed in hears it now, and not from their agent.
        let offered = offered(client.operations().await?).map_err(|refused| Failure::usage(refused.message))?;
        let backend = Elsewhere { client, offered: Mutex::new(offered) };
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let session = Arc::new(Session::new(Arc::clone(&entropy)));
        let served = serve_stdio(ToolServer::new(backend, self.limits, session, entropy)).await;
        served.map_err(|refused| Failure::usage(refused.message))
    }
}

/// A tool backend on a server.
struct Elsewhere {
    client: Client,
    /// What the server offered last.
    offered: Mutex<Vec<OfferedOperation>>,
}

#[async_trait]
impl ToolBackend for Elsewhere {
    async fn operations(&self) -> Result<Vec<OfferedOperation>, ToolRefusal> {
        let listed = self.client.operations().await.map_err(|failure| refused(&failure))?;
        let offered = offered(listed)?;
        offered.clone_into(&mut self.offered.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(offered)
    }

    async fn find(&self, tool: &str) -> Result<Option<OfferedOperation>, ToolRefusal> {
        let offered = self.offered.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(offered.iter().find(|operation| tool_name(&operation.name) == tool).cloned())
    }

    async fn run(&self, name: &str, input: &Value, is_preview: bool) -> Result<Value, ToolRefusal> {
        self.client.run(name, input, is_preview, None).await.map_err(|failure| refused(&failure))
    }
}

fn offered(listed: Value) -> Result<Vec<OfferedOperation>, ToolRefusal> {
    let other = |error| ToolRefusal::certainly(format!("the server is another version: {error}"));
    serde_json::from_value(listed).map_err(other)
}

/// What the server refuses is not done; of what it did not answer nobody knows.
fn refused(failure: &aedile_cli::Failure) -> ToolRefusal {
    ToolRefusal { message: failure.to_string(), is_certain: failure.code() != aedile_cli::Failure::SERVER }
}
