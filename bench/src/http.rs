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

/// How often `text` is in an answer that is read through without being kept. Fails unless it is a 200.
pub(crate) fn count(server: SocketAddr, request: &Request, text: &str) -> Result<u64> {
    let mut stream = ask(server, request)?;
    let (mut window, mut piece, mut found) = (Vec::new(), vec![0; 64 * 1024], 0);
    loop {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Ok(found);
        }
        let is_first = window.is_empty();
        window.extend_from_slice(piece.get(..read).unwrap_or_default());
        if is_first && !window.starts_with(b"HTTP/1.1 200 ") {
            return Err(format!("GET {} did not answer 200", request.path).into());
        }
        found += u64::try_from(memchr::memmem::find_iter(&window, text).count())?;
        // What a piece ends with may be the beginning of the text.
        window.drain(..window.len().saturating_sub(text.len() - 1));
    }
}

/// The whole answer, head and body.
fn get(server: SocketAddr, request: &Request) -> Result<String> {
    let mut answer = String::new();
    ask(server, request)?.read_to_string(&mut answer)?;
    Ok(answer)
}

fn ask(server: SocketAddr, request: &Request) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let fields: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("GET {} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{fields}\r\n", request.path);
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}
