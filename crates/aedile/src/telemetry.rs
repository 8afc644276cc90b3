//! Logs and metrics, set up once a process.

use std::fs::File;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::log_lines::LogLines;
use crate::settings::{LogFormat, Settings};

static LINES: OnceLock<LogLines> = OnceLock::new();

/// Begins to log as the settings say, panics included. A second call changes nothing.
///
/// # Errors
/// A sentence about RUST_LOG when it can't be read, or about what the log needs and does not get.
pub(crate) fn log(settings: &Settings) -> Result<(), String> {
    let filter = EnvFilter::try_new(&settings.log).map_err(|error| format!("RUST_LOG: {error}"))?;
    // The web server's own start and stop are told by ours.
    let quiet = "actix_server=warn".parse().map_err(|error| format!("RUST_LOG: {error}"))?;
    let filter = if settings.log.contains("actix") { filter } else { filter.add_directive(quiet) };
    let by_default = if std::io::stderr().is_terminal() { LogFormat::Pretty } else { LogFormat::Json };
    let started = standard_error().and_then(LogLines::start).map_err(|error| format!("the log: {error}"))?;
    let writer = LINES.get_or_init(|| started).clone();
    // What the log itself can't write must not be written to standard error either, which would be a panic.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).log_internal_errors(false);
    let set = match settings.log_format.unwrap_or(by_default) {
        LogFormat::Pretty => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
    if set.is_err() {
        tracing::debug!("logging was set up before");
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a panic")));
    Ok(())
}

/// Standard error as a file of its own: nobody else who writes there waits for the log.
fn standard_error() -> std::io::Result<File> {
    std::io::stderr().as_fd().try_clone_to_owned().map(File::from)
}

/// Waits for the last lines of the log, half a second at most.
pub(crate) fn flush() {
    if let Some(lines) = LINES.get() {
        lines.flush();
    }
}

/// The metrics of this process.
pub(crate) fn metrics() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets(&[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0])
                .unwrap_or_default()
                .build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok();
            handle
        })
        .clone()
}
