//! The binary in a process of its own: how soon it answers, and what memory it takes when nobody asks anything.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::http::{self, Request};
use crate::{Result, machine};

const STARTS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_secs(2);
/// What each user of the list has once.
const USER: &str = "\"credits_usd\":";

/// What a start came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cold {
    /// From the start of the process to its first answer from the database; the median of a few.
    pub(crate) first_answer: Duration,
    /// Memory in RAM after two idle seconds, in bytes; the median of a few.
    pub(crate) memory: u64,
}

/// The binary that was built with this program, if it was.
pub(crate) fn binary() -> Result<Option<PathBuf>> {
    let beside = std::env::current_exe()?.with_file_name("aedile");
    Ok(beside.is_file().then_some(beside))
}

/// Starts the binary a few times on a database that exists.
pub(crate) fn measure(binary: &Path, database_url: &str, folder: &Path) -> Result<Cold> {
    let mut starts = (0..STARTS).map(|_| once(binary, database_url, folder)).collect::<Result<Vec<_>>>()?;
    let mut median = |by: fn(&Cold) -> u128| {
        starts.sort_by_key(by);
        starts.get(STARTS / 2).copied().ok_or("there was no start")
    };
    let memory = median(|cold| cold.memory.into())?.memory;
    Ok(Cold { first_answer: median(|cold| cold.first_answer.as_nanos())?.first_answer, memory })
}

fn once(binary: &Path, database_url: &str, folder: &Path) -> Result<Cold> {
    let address_file = folder.join("address");
    let started = Instant::now();
    let mut server = Server::start(binary, database_url, &address_file, folder)?;
    let address = server.address(&address_file, started)?;
    http::expect(address, &Request::get("/health/ready"), "ready")?;
    let first_answer = started.elapsed();
    sleep(IDLE);
    let memory = machine::resident_memory(&server.0.id().to_string())?;
    server.stop()?;
    Ok(Cold { first_answer, memory })
}

/// What a streamed list came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Streamed {
    /// How many users were in it.
    pub(crate) users: u64,
    /// From the request to the last byte.
    pub(crate) time: Duration,
    /// The most memory that the process had before, after a short list, in bytes.
    pub(crate) before: u64,
    /// The most memory that it ever had, in bytes.
    pub(crate) peak: u64,
}

/// Starts the binary and reads the list of all wallets.
pub(crate) fn stream(binary: &Path, database_url: &str, folder: &Path, key: &str) -> Result<Streamed> {
    let address_file = folder.join("streaming");
    let started = Instant::now();
    let mut server = Server::start(binary, database_url, &address_file, folder)?;
    let address = server.address(&address_file, started)?;
    let process = server.0.id().to_string();
    let list = |query: &str| Request::get(format!("/api/v1/admin/users{query}")).bearer(key);
    http::count(address, &list("?limit=1000"), USER)?;
    let before = machine::most_memory(&process)?;
    let asked = Instant::now();
    let users = http::count(address, &list(""), USER)?;
    let time = asked.elapsed();
    let peak = machine::most_memory(&process)?;
    server.stop()?;
    Ok(Streamed { users, time, before, peak })
}

/// A process that does not outlive this one.
struct Server(Child);

impl Server {
    fn start(binary: &Path, database_url: &str, address_file: &Path, folder: &Path) -> Result<Self> {
        // Another server may have left it.
        fs::remove_file(address_file).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        let mut command = Command::new(binary);
        command.args(["serve", "--bind", "127.0.0.1:0", "--database-url", database_url, "--address-file"]);
        command.arg(address_file).env_clear().env("RUST_LOG", "warn").current_dir(folder).stdin(Stdio::null());
        Ok(Self(command.spawn()?))
    }

    fn address(&mut self, file: &Path, started: Instant) -> Result<SocketAddr> {
        loop {
            if let Some(address) = fs::read_to_string(file).ok().and_then(|text| text.parse().ok()) {
                return Ok(address);
            }
            if let Some(status) = self.0.try_wait()? {
                return Err(format!("the server ended: {status}").into());
            }
            if started.elapsed() > PATIENCE {
                return Err("the server did not start".into());
            }
            sleep(Duration::from_micros(200));
        }
    }

    /// In order, as an operator would; a killed one would leave work to the next start.
    fn stop(&mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status()?;
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended: {status}").into()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is gone already unless something failed before.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
