//! The real binary: its commands, and its server as a process that can be killed.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{Caller, ISSUER, IdentityProvider};

/// A folder to run the binary in, without any settings but the ones it is given.
pub(crate) struct Binary {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Fails unless the command ended with this code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}

impl Binary {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// A binary that uses this database.
    pub(crate) fn on(database_url: &str) -> Self {
        Self::new().with("DATABASE_URL", database_url)
    }

    /// The same with one more variable in its environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, and it believes the tokens of this identity provider.
    pub(crate) fn trusting(self, provider: &IdentityProvider) -> Self {
        self.with("CLERK_JWKS_URL", &provider.jwks_url).with("CLERK_ISSUER", ISSUER)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aedile"));
        command.args(arguments).current_dir(self.folder()).env_clear();
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    /// Runs a command that reads from standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that reads nothing may have ended already.
        child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Starts a server on any free port, and waits until it listens.
    pub(crate) async fn serve(&self, arguments: &[&str]) -> Server {
        self.start(&[&["--bind", "127.0.0.1:0"], arguments].concat()).await
    }

    /// Starts a server where its settings say, and waits until it listens.
    pub(crate) async fn start(&self, arguments: &[&str]) -> Server {
        let server = self.spawn(arguments);
        server.listening().await
    }

    /// Starts a server and does not wait for it.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Starting {
        Starting(self.begin(|address_file| {
            [&["serve", "--address-file", address_file], arguments].concat().into_iter().map(str::to_owned).collect()
        }))
    }

    /// Starts a server whose log goes to `log`, and waits until it listens.
    pub(crate) async fn serve_with_log(&self, log: Stdio) -> Server {
        let arguments = |address_file: &str| {
            let arguments = ["serve", "--bind", "127.0.0.1:0", "--address-file", address_file];
            arguments.map(str::to_owned).into()
        };
        Starting(self.begin_with_log(Some(log), arguments)).listening().await
    }

    /// Starts a command that takes its time.
    pub(crate) fn begin(&self, arguments: impl Fn(&str) -> Vec<String>) -> Server {
        self.begin_with_log(None, arguments)
    }

    fn begin_with_log(&self, log: Option<Stdio>, arguments: impl Fn(&str) -> Vec<String>) -> Server {
        let output = tempfile::Builder::new().prefix("output").tempdir_in(self.folder()).unwrap();
        let path = |name: &str| output.path().join(name);
        let file = |name| Stdio::from(File::create(path(name)).unwrap());
        let address_file = path("address");
        let arguments = arguments(&address_file.display().to_string());
        let mut command = self.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let own_log = file("stderr");
        command.stdin(Stdio::null()).stdout(file("stdout")).stderr(log.unwrap_or(own_log));
        let child = command.spawn().unwrap();
        Server { child, url: String::new(), output: output.keep(), address_file }
    }
}

/// A server that may not listen yet.
pub(crate) struct Starting(Server);

impl Starting {
    pub(crate) async fn listening(self) -> Server {
        let Self(mut server) = self;
        let started = Instant::now();
        loop {
            match std::fs::read_to_string(&server.address_file) {
                Ok(address) if !address.is_empty() => {
                    server.url = format!("http://{address}");
                    return server;
                }
                _ => assert!(server.child.try_wait().unwrap().is_none(), "it ended: {}", server.log()),
            }
            assert!(started.elapsed() < Duration::from_secs(20), "it does not listen: {}", server.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A server as a process of its own, which is killed in the end.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    output: PathBuf,
    address_file: PathBuf,
}

impl Server {
    /// Somebody who calls this server.
    pub(crate) fn caller(&self, token: Option<&str>) -> Caller {
        Caller::new(&self.url, token.map(str::to_owned))
    }

    /// What it logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.output.join("stderr")).unwrap()
    }

    /// What it printed.
    pub(crate) fn stdout(&self) -> String {
        std::fs::read_to_string(self.output.join("stdout")).unwrap()
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill -TERM`, as a service manager stops it.
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    /// `kill` with another signal.
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub(crate) async fn ended_within(&mut self, limit: Duration) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < limit, "it did not end within {limit:?}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
