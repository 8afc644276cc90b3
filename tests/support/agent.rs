//! An AI agent's side of the Model Context Protocol, over standard input and output.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::Binary;

/// A session with `aedile mcp`.
pub(crate) struct Agent {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    next: u64,
    /// What the server said of itself.
    pub(crate) greeting: Value,
}

impl Agent {
    /// Starts the server and greets it.
    pub(crate) fn start(binary: &Binary, arguments: &[&str]) -> Self {
        let mut command = binary.command(&[&["mcp"], arguments].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut agent = Self { child, input, output, next: 0, greeting: Value::Null };
        let client = json!({ "name": "test", "version": "1" });
        let hello = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client });
        agent.greeting = agent.ask("initialize", &hello)["result"].clone();
        agent.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        agent
    }

    /// The answer to a request.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "it ended: {:?}", self.child.try_wait());
            let answer: Value = serde_json::from_str(&line).unwrap();
            if answer["id"] == self.next {
                return answer;
            }
        }
    }

    /// The tools by their names.
    pub(crate) fn tools(&mut self) -> Vec<Value> {
        self.ask("tools/list", &json!({}))["result"]["tools"].as_array().unwrap().clone()
    }

    /// Calls a tool: whether it is an error, and its text.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> (bool, String) {
        let result = self.ask("tools/call", &json!({ "name": tool, "arguments": arguments }))["result"].clone();
        (result["isError"] == true, result["content"][0]["text"].as_str().unwrap_or_default().to_owned())
    }

    /// Calls a tool that shows first; its token.
    pub(crate) fn preview(&mut self, tool: &str, arguments: &Value) -> String {
        let (is_error, text) = self.call(tool, arguments);
        assert!(!is_error && text.contains("Nothing was done yet"), "{text}");
        text.split("\"preview_token\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input, "{message}").unwrap();
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
