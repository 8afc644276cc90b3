//! Requests byte by byte, for what a well-behaved client never sends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A connection on which anything can be sent.
pub(crate) struct Wire(TcpStream);

impl Wire {
    /// Connects to the server at a URL.
    pub(crate) fn to(url: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Sends these bytes; whether the server still takes them.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).is_ok()
    }

    /// What comes within this time, up to the end of the connection or until it holds `end`.
    pub(crate) fn receive_until(&mut self, end: &str, limit: Duration) -> String {
        self.0.set_read_timeout(Some(limit)).unwrap();
        let (mut received, mut chunk) = (Vec::new(), [0; 4096]);
        while !String::from_utf8_lossy(&received).contains(end) {
            match self.0.read(&mut chunk) {
                Ok(0) => break,
                Ok(length) => received.extend_from_slice(&chunk[..length]),
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&received).into_owned()
    }

    /// The next so many bytes.
    pub(crate) fn receive_exactly(&mut self, length: usize, limit: Duration) -> String {
        self.0.set_read_timeout(Some(limit)).unwrap();
        let mut received = vec![0; length];
        self.0.read_exact(&mut received).unwrap();
        String::from_utf8_lossy(&received).into_owned()
    }

    /// Says that nothing more is sent.
    pub(crate) fn half_close(&mut self) {
        self.0.shutdown(std::net::Shutdown::Write).unwrap();
    }

    /// Everything up to the end of the connection.
    pub(crate) fn receive(&mut self, limit: Duration) -> String {
        self.receive_until("\u{0}never", limit)
    }
}

/// Sends a whole request that ends its connection, and returns the whole answer.
pub(crate) async fn exchange(url: &str, request: Vec<u8>) -> String {
    let url = url.to_owned();
    let answer = move || {
        let mut wire = Wire::to(&url);
        wire.send(request);
        wire.receive(Duration::from_secs(15))
    };
    tokio::task::spawn_blocking(answer).await.unwrap()
}
