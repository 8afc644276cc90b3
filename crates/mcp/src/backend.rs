//! Who runs operations.

use aedile_kernel::Effect;
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value};

/// An operation that the caller may run.
#[derive(Debug, Clone, Deserialize)]
pub struct OfferedOperation {
    /// `noun.verb`.
    pub name: String,
    /// What it is for.
    pub summary: String,
    /// What it does to the world.
    pub effect: Effect,
    /// The permission it requires.
    pub permission: String,
    /// Whether doing it again with the same input changes nothing more.
    pub idempotent: bool,
    /// Whether it reaches people or services beyond the server.
    pub reaches_out: bool,
    /// The fields whose product is how many US dollars it gives away.
    pub gives_away: Vec<String>,
    /// The JSON Schema of its input.
    pub input: Map<String, Value>,
    /// The JSON Schema of its answer.
    pub output: Map<String, Value>,
}

/// Why something was not done, in words for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRefusal {
    /// The words.
    pub message: String,
    /// Whether it was certainly not done.
    pub is_certain: bool,
}

impl ToolRefusal {
    /// It was certainly not done.
    pub fn certainly(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_certain: true }
    }
}

/// Runs operations in somebody's name.
#[async_trait]
pub trait ToolBackend: Send + Sync + 'static {
    /// What the caller may run.
    async fn operations(&self) -> Result<Vec<OfferedOperation>, ToolRefusal>;

    /// The operation of a tool, if the caller may run it. Who answers from memory leaves it to the operation to refuse.
    async fn find(&self, tool: &str) -> Result<Option<OfferedOperation>, ToolRefusal>;

    /// Runs an operation, or shows what it would do.
    async fn run(&self, name: &str, input: &Value, is_preview: bool) -> Result<Value, ToolRefusal>;
}
