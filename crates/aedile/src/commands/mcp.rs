//! `aedile mcp`: a server's operations as tools for an AI agent.

use std::sync::Arc;

use aedile_cli::{Client, Target};
use aedile_identity::SystemEntropy;
use aedile_kernel::Entropy;
use aedile_mcp::{Desk, Limits, OfferedOperation, Refused, Session, ToolServer, serve_stdio};
use async_trait::async_trait;
use clap::Args;
use serde_json::Value;

use super::Failure;

/// Offer a server's operations to an AI agent, by the Model Context Protocol
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
        let desk = Elsewhere(self.target.client()?);
        // Whoever is not signed in hears it now, and not from their agent.
        desk.0.operations().await?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let session = Arc::new(Session::new(Arc::clone(&entropy)));
        let served = serve_stdio(ToolServer::new(desk, self.limits, session, entropy)).await;
        served.map_err(|refused| Failure::usage(refused.message))
    }
}

/// A desk on a server.
struct Elsewhere(Client);

#[async_trait]
impl Desk for Elsewhere {
    async fn operations(&self) -> Result<Vec<OfferedOperation>, Refused> {
        let listed = self.0.operations().await.map_err(|failure| refused(&failure))?;
        serde_json::from_value(listed)
            .map_err(|error| Refused::certainly(format!("the server is another version: {error}")))
    }

    async fn run(&self, name: &str, input: &Value, is_rehearsal: bool) -> Result<Value, Refused> {
        self.0.run(name, input, is_rehearsal, None).await.map_err(|failure| refused(&failure))
    }
}

/// What the server refuses is not done; of what it did not answer nobody knows.
fn refused(failure: &aedile_cli::Failure) -> Refused {
    Refused { message: failure.to_string(), is_certain: failure.code() != aedile_cli::Failure::SERVER }
}
