//! Lines for people.

use std::fmt::Display;
use std::io::Write;
use std::time::Duration;

use crate::Result;

/// What one figure came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    /// Requests a second.
    pub(crate) per_second: f64,
    /// Half of the answers took at most this long.
    pub(crate) p50: Duration,
    /// All but one in a hundred took at most this long.
    pub(crate) p99: Duration,
    /// What the process spent for a request, on all cores.
    pub(crate) cpu: Duration,
    /// The process's memory after the load, in bytes.
    pub(crate) memory: u64,
    /// Requests a second that hello answered right before.
    pub(crate) hello: f64,
}

impl Figure {
    /// The share of hello's requests a second.
    pub(crate) fn of_hello(&self) -> f64 {
        self.per_second / self.hello
    }
}

/// Writes a line at once.
pub(crate) fn line(text: impl Display) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// The names of the columns.
pub(crate) fn heading(backend: &str) -> Result<()> {
    line("")?;
    line(format_args!(
        "{backend:<38}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "req/s", "p50", "p99", "CPU", "memory", "hello/s", "of hello"
    ))
}

/// A figure in its columns.
pub(crate) fn figure(name: &str, figure: &Figure) -> Result<()> {
    line(format_args!(
        "{name:<38}{:>9.0}{:>10}{:>10}{:>10}{:>10}{:>10.0}{:>9.1}%",
        figure.per_second,
        time(figure.p50),
        time(figure.p99),
        time(figure.cpu),
        memory(figure.memory),
        figure.hello,
        figure.of_hello() * 100.0,
    ))
}

/// Whether an aim is met, below the figure it is about.
pub(crate) fn aim(met: bool, wanted: impl Display, found: impl Display) -> Result<()> {
    line(format_args!("    {}: {wanted}; it is {found}", if met { "met" } else { "NOT MET" }))
}

/// A time in the unit people would use.
pub(crate) fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1_000.0 { format!("{micros:.0} µs") } else { format!("{:.2} ms", micros / 1e3) }
}

/// Bytes in MiB.
pub(crate) fn memory(bytes: u64) -> String {
    let tenths = bytes * 10 / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_that_people_use() {
        assert_eq!(time(Duration::from_micros(358)), "358 µs");
        assert_eq!(time(Duration::from_micros(12_345)), "12.35 ms");
        assert_eq!(memory(30 * 1024 * 1024 + 600 * 1024), "30.5 MiB");
    }
}
