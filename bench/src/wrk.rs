//! The load, and reading what it measured.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::http::Request;

const CONNECTIONS: u32 = 32;

/// A Lua script with its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// The file.
    pub(crate) file: PathBuf,
    /// What its `init` is given.
    pub(crate) arguments: Vec<String>,
}

/// What wrk measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// Answers that came.
    pub(crate) requests: u32,
    /// Answers a second.
    pub(crate) per_second: f64,
    /// Half of them took at most this long.
    pub(crate) p50: Duration,
    /// All but one in a hundred took at most this long.
    pub(crate) p99: Duration,
}

/// Whether wrk is installed.
pub(crate) fn is_installed() -> bool {
    Command::new("wrk").arg("--version").output().is_ok()
}

/// Sends requests for some seconds. Fails when any is not answered, or not by success.
pub(crate) fn load(server: SocketAddr, request: &Request, seconds: u32) -> Result<Measured> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--latency", "--timeout", "10s"]);
    wrk.args(["--connections", &CONNECTIONS.to_string(), "--duration", &format!("{seconds}s")]);
    for (name, value) in &request.headers {
        wrk.args(["--header", &format!("{name}: {value}")]);
    }
    if let Some(script) = &request.script {
        wrk.arg("--script").arg(&script.file);
    }
    wrk.arg(format!("http://{server}{}", request.path));
    if let Some(script) = &request.script {
        wrk.arg("--").args(&script.arguments);
    }
    let output = wrk.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let troubles = [text.lines().find(|line| line.contains("Non-2xx")), socket_errors(&text)];
    if let Some(trouble) = troubles.into_iter().flatten().next() {
        return Err(format!("GET {}: {}", request.path, trouble.trim()).into());
    }
    let told = || format!("wrk said: {text}{}", String::from_utf8_lossy(&output.stderr)).into();
    read(&text).ok_or_else(told)
}

fn socket_errors(text: &str) -> Option<&str> {
    text.lines().find(|line| line.contains("Socket errors:"))
}

fn read(text: &str) -> Option<Measured> {
    let requests = text.lines().find_map(|line| line.split_once(" requests in ")?.0.trim().parse().ok())?;
    let per_second = text.lines().find_map(|line| line.strip_prefix("Requests/sec:")?.trim().parse().ok())?;
    Some(Measured { requests, per_second, p50: percentile(text, "50%")?, p99: percentile(text, "99%")? })
}

fn percentile(text: &str, name: &str) -> Option<Duration> {
    text.lines().find_map(|line| time(line.trim().strip_prefix(name)?.trim()))
}

fn time(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Some(Duration::from_secs_f64(number.parse::<f64>().ok()? * seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Running 5s test @ http://127.0.0.1:8080/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   564.64us  801.40us  16.33ms   91.41%
    Req/Sec    77.78k     7.26k   89.40k    68.00%
  Latency Distribution
     50%  358.00us
     75%  520.00us
     90%    1.24ms
     99%    3.62ms
  386823 requests in 5.00s, 47.22MB read
Requests/sec:  77350.86
Transfer/sec:      9.44MB
";

    #[test]
    fn what_wrk_prints_is_read() {
        let expected = Measured {
            requests: 386_823,
            per_second: 77_350.86,
            p50: Duration::from_micros(358),
            p99: Duration::from_micros(3_620),
        };
        assert_eq!(read(OUTPUT), Some(expected));
        assert_eq!(socket_errors(OUTPUT), None);
        assert_eq!(read("unable to connect to 127.0.0.1:1 Connection refused"), None);
    }

    #[test]
    fn times_have_units() {
        assert_eq!(time("1.50s"), Some(Duration::from_millis(1_500)));
        assert_eq!(time("1.00m"), Some(Duration::from_secs(60)));
        assert_eq!(time("1.00"), None);
    }
}
