//! Points where a procedure stops until the history goes on with it, or kills it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use crate::rng::locked;

/// Where a procedure stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// Before it reads.
    Reads,
    /// Before a transaction.
    Writes,
    /// After the commit.
    Wrote,
    /// Before the provider hears of a request.
    Asks,
    /// After the provider did it, or did not.
    Asked,
    /// Between two attempts.
    Pauses,
}

/// Something under way.
pub(crate) type Task = Pin<Box<dyn Future<Output = String> + Send>>;

/// How far a task has come.
pub(crate) enum Progress {
    At(Point),
    Ended(String),
}

/// Where the task that is being run has stopped. Only one is run at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<Option<Point>>>);

impl Gate {
    /// Stops the caller until it is advanced again.
    pub(crate) async fn pass(&self, point: Point) {
        let mut has_stopped = false;
        poll_fn(|_| {
            if has_stopped {
                return Poll::Ready(());
            }
            has_stopped = true;
            *locked(&self.0) = Some(point);
            Poll::Pending
        })
        .await;
    }

    /// Runs a task until it stops or ends. While it waits for the database, nothing else is run.
    pub(crate) async fn advance(&self, task: &mut Task) -> Progress {
        poll_fn(|cx| match task.as_mut().poll(cx) {
            Poll::Ready(outcome) => Poll::Ready(Progress::Ended(outcome)),
            Poll::Pending => locked(&self.0).take().map_or(Poll::Pending, |point| Poll::Ready(Progress::At(point))),
        })
        .await
    }

    /// Runs a task to its end.
    pub(crate) async fn finish(&self, mut task: Task) -> String {
        loop {
            if let Progress::Ended(outcome) = self.advance(&mut task).await {
                return outcome;
            }
        }
    }
}
