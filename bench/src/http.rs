//! One request, to see that the answer is the right one before it is asked for thousands of times.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::Result;
use crate::wrk::Script;

const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) path: String,
    /// Header fields.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Makes the requests of a load, when they are not all the same.
    pub(crate) script: Option<Script>,
}

impl Request {
    /// A GET.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// The same with a bearer token.
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// The same with a header field.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Sends a GET, and fails unless the answer is a 200 with `expected` somewhere in it.
pub(crate) fn expect(server: SocketAddr, request: &Request, expected: &str) -> Result<()> {
    let answer = get(server, request)?;
    if answer.starts_with("HTTP/1.1 200 ") && answer.contains(expected) {
        return Ok(());
    }
    let beginning: String = answer.chars().take(1_000).collect();
    Err(format!("GET {} should have answered 200 and {expected:?}, but it was: {beginning}", request.path).into())
}

/// The whole answer, head and body.
fn get(server: SocketAddr, request: &Request) -> Result<String> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let fields: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("GET {} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{fields}\r\n", request.path);
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
