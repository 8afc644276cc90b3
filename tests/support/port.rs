//! Ports of one's own.

use tokio::net::TcpSocket;

/// A port that nobody else is given while this lives. Whoever is told the number may listen on it; until somebody does,
/// connections are refused.
pub(crate) struct Port {
    pub(crate) number: u16,
    _bound: TcpSocket,
}

impl Port {
    pub(crate) fn reserve() -> Self {
        let bound = TcpSocket::new_v4().unwrap();
        // So that a server, which sets it too, can listen beside us.
        bound.set_reuseaddr(true).unwrap();
        bound.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self { number: bound.local_addr().unwrap().port(), _bound: bound }
    }
}
