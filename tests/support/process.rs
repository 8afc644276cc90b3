//! Commands of the real binary as an operator gives them, and a server in a process of its own.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use super::app::JWT_SECRET;

/// The binary with settings by environment, and none of the ones of whoever runs the tests.
pub(crate) fn aedile(database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aedile"));
    command.env_clear().env("DATABASE_URL", database_url).env("JWT_SECRET", JWT_SECRET).env("RUST_LOG", "warn");
    command.current_dir(std::env::temp_dir());
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap()
}

/// A server in a process of its own; killed when dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
    address_file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Process {
    /// Starts `aedile serve` and waits until it listens.
    pub(crate) fn start(command: &mut Command) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address_file = folder.path().join("address");
        command.args(["serve", "--bind", "127.0.0.1:0", "--rate-admin", "0", "--rate-write", "0", "--address-file"]);
        let child = command.arg(&address_file).stdout(Stdio::null()).spawn().unwrap();
        let mut server = Self { child, url: String::new(), address_file, _folder: folder };
        let address = wait_for("the server to listen", || server.address());
        server.url = format!("http://{address}");
        server
    }

    fn address(&mut self) -> Option<String> {
        assert!(self.child.try_wait().unwrap().is_none(), "the server ended");
        std::fs::read_to_string(&self.address_file).ok().filter(|address| !address.is_empty())
    }

    /// As when the power goes.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and how it ended.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        wait_for("the server to stop", || self.child.try_wait().unwrap())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Asks until there is an answer, for at most 10 s.
fn wait_for<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
