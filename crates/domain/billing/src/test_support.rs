//! What tests of several folders use.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The outcome of a future that waits for nothing: ports of tests answer at once.
#[track_caller]
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("it waits"),
    }
}
