//! What a service manager and a container's health check meet.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::support::Binary;

const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// A socket where a server says how it is, as systemd makes one.
struct Manager(UnixDatagram);

impl Manager {
    fn at(path: &std::path::Path) -> Self {
        let socket = UnixDatagram::bind(path).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(socket)
    }

    /// Waits until the server says `state`.
    fn hears(&self, state: &str) {
        let mut heard = [0; 512];
        loop {
            let length = self.0.recv(&mut heard).unwrap_or_else(|error| panic!("{state} was not said: {error}"));
            if std::str::from_utf8(&heard[..length]).unwrap().lines().any(|line| line == state) {
                return;
            }
        }
    }
}

#[tokio::test]
async fn a_service_manager_is_told_of_the_start_the_stop_and_the_life_between() {
    let binary = Binary::new();
    let path = binary.folder().join("notify");
    let manager = Manager::at(&path);
    let binary = binary.with("NOTIFY_SOCKET", path.to_str().unwrap()).with("WATCHDOG_USEC", "200000");
    let mut server = binary.serve(&[]).await;
    manager.hears("READY=1");
    manager.hears("WATCHDOG=1");
    server.terminate();
    assert_eq!(server.ended_within(ENDS_WITHIN).await.code(), Some(0));
    manager.hears("STOPPING=1");
}

#[tokio::test]
async fn health_says_whether_the_server_is_ready() {
    let binary = Binary::new();
    let mut server = binary.serve(&[]).await;
    let address = server.url.trim_start_matches("http://").to_owned();
    let ended = binary.run(&["health", "--bind", &address]).expect(0);
    assert_eq!(ended.stdout, format!("ready at {address}\n"));
    server.terminate();
    server.ended_within(ENDS_WITHIN).await;
    let ended = binary.run(&["health", "--bind", &address]).expect(1);
    assert!(ended.stderr.starts_with(&format!("aedile: the server at {address} is not ready: ")), "{}", ended.stderr);
}
