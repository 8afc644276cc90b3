#![doc = include_str!("../README.md")]

mod answer;
mod backend;
mod http;
mod limits;
mod previews;
mod server;
mod tools;

pub use backend::{OfferedOperation, ToolBackend, ToolRefusal};
pub use http::{HttpAnswer, HttpCall, answer_http};
pub use limits::Limits;
pub use server::{Session, ToolServer, serve_stdio};
pub use tools::tool_name;
