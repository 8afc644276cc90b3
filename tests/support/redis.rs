//! A Redis of one's own, which can be killed and started again.

use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Port, eventually, needed};

/// A Redis while it lives; it keeps its port over its deaths, and nothing else.
pub(crate) struct Redis {
    program: String,
    folder: tempfile::TempDir,
    port: Port,
    child: Option<Child>,
}

impl Redis {
    /// A running Redis, or `None` where there is no redis-server.
    pub(crate) async fn start() -> Option<Self> {
        let program = needed("AEDILE_TEST_REDIS_SERVER")?;
        let mut redis = Self { program, folder: tempfile::tempdir().unwrap(), port: Port::reserve(), child: None };
        redis.revive().await;
        Some(redis)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port.number)
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(crate) async fn revive(&mut self) {
        let mut command = Command::new(&self.program);
        command.args([
            "--port",
            &self.port.number.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        command.arg("--dir").arg(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        let port = self.port.number;
        let answers = || async { TcpStream::connect(("127.0.0.1", port)).is_ok() };
        eventually(Duration::from_secs(10), "Redis listens", answers).await;
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
