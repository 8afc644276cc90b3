//! A way to PostgreSQL that can freeze: what is sent gets no answer any more, and no connection ends.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The name of PostgreSQL's socket in its folder.
const SOCKET: &str = ".s.PGSQL.5432";

/// A socket before the one of a database's server.
pub(crate) struct FreezingSocket {
    pub(crate) url: String,
    is_frozen: Arc<AtomicBool>,
    _folder: tempfile::TempDir,
}

impl FreezingSocket {
    /// A way to the database at `url`; `None` when its server is not reached by a Unix socket.
    pub(crate) fn to(url: &str) -> Option<Self> {
        let host = url.strip_prefix("postgres://")?.split('@').nth(1)?.split('/').next()?;
        let server = PathBuf::from(host.replace("%2F", "/")).join(SOCKET);
        if !server.exists() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let is_frozen = Arc::new(AtomicBool::new(false));
        let freezes = Arc::clone(&is_frozen);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = UnixStream::connect(&server).unwrap();
                forward(&near, &far, &freezes);
                forward(&far, &near, &freezes);
            }
        });
        let url = url.replace(host, &folder.path().display().to_string().replace('/', "%2F"));
        Some(Self { url, is_frozen, _folder: folder })
    }

    pub(crate) fn freeze(&self) {
        self.is_frozen.store(true, Ordering::Relaxed);
    }
}

fn forward(from: &UnixStream, to: &UnixStream, is_frozen: &Arc<AtomicBool>) {
    let (mut from, mut to, is_frozen) = (from.try_clone().unwrap(), to.try_clone().unwrap(), Arc::clone(is_frozen));
    std::thread::spawn(move || {
        let mut buffer = [0; 8_192];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            while is_frozen.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(10));
            }
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        to.shutdown(std::net::Shutdown::Both).ok();
    });
}

impl Drop for FreezingSocket {
    fn drop(&mut self) {
        self.is_frozen.store(false, Ordering::Relaxed);
    }
}
