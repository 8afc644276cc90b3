//! A log that loses lines rather than answers.
//!
//! Lines go to a thread of their own. Whoever logs never waits for it and never fails: what can't be written (a full disk,
//! a closed pipe, a reader that has stopped reading) is counted and dropped.

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// The most lines that wait to be written.
const WAITING: usize = 8_192;
/// How long a process that ends waits for its last lines.
const FLUSH_WITHIN: Duration = Duration::from_millis(500);

enum Order {
    Write(Vec<u8>),
    Tell(SyncSender<()>),
}

/// Where log lines go.
#[derive(Clone)]
pub(crate) struct LogLines(SyncSender<Order>);

impl LogLines {
    /// Starts the thread, which writes to `out`.
    pub(crate) fn start(out: impl Write + Send + 'static) -> io::Result<Self> {
        let (sender, orders) = sync_channel(WAITING);
        std::thread::Builder::new().name("log".into()).spawn(move || write_all(out, &orders))?;
        Ok(Self(sender))
    }

    /// Waits until the lines so far are written, half a second at most.
    pub(crate) fn flush(&self) {
        let (sender, written) = sync_channel(1);
        if self.0.try_send(Order::Tell(sender)).is_ok() {
            written.recv_timeout(FLUSH_WITHIN).ok();
        }
    }
}

impl<'a> MakeWriter<'a> for LogLines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.try_send(Order::Write(line.to_vec())).is_err() {
            count_lost();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_all(mut out: impl Write, orders: &Receiver<Order>) {
    for order in orders {
        match order {
            Order::Write(line) => {
                if out.write_all(&line).and_then(|()| out.flush()).is_err() {
                    count_lost();
                }
            }
            Order::Tell(sender) => {
                sender.send(()).ok();
            }
        }
    }
}

fn count_lost() {
    metrics::counter!("aedile_log_lines_lost_total").increment(1);
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::telemetry;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct FullDisk;

    impl Write for FullDisk {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn lines_are_written_in_order() {
        let page = Page::default();
        let lines = LogLines::start(page.clone()).unwrap();
        for line in ["one\n", "two\n"] {
            lines.make_writer().write_all(line.as_bytes()).unwrap();
        }
        lines.flush();
        assert_eq!(page.0.lock().unwrap().as_slice(), b"one\ntwo\n");
    }

    #[test]
    fn a_full_disk_and_a_reader_that_stopped_lose_lines_and_nothing_else() {
        let metrics = telemetry::metrics();
        let lost = || {
            let rendered = metrics.render();
            let line = rendered.lines().find(|line| line.starts_with("aedile_log_lines_lost_total "));
            line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap())
        };
        let full = LogLines::start(FullDisk).unwrap();
        full.make_writer().write_all(b"lost\n").unwrap();
        full.flush();
        assert_eq!(lost(), 1);
        let (reader, writer) = io::pipe().unwrap();
        let stuck = LogLines::start(writer).unwrap();
        let line = vec![b'x'; 1_024];
        for _ in 0..WAITING + 1_024 {
            stuck.make_writer().write_all(&line).unwrap();
        }
        assert!(lost() > 1, "the queue is full and nobody waits for it");
        drop(reader);
    }
}
