//! What becomes of a body that nobody read: who is refused for their rights, size, type, path or rate is still sending it.
//!
//! A server that answers and closes while a client still writes resets the connection, and the client sees the reset in place
//! of the answer. So what comes soon is read and dropped before the answer: the connection can then be used again. Where
//! more is to come than that, the answer says `Connection: close`, and the server goes on reading and dropping for a while
//! after it (the client disconnect timeout of the HTTP server).

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::ConnectionType;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};

/// The most bytes that are read and dropped before the answer.
const MOST_BYTES: usize = 256 * 1024;
/// How long the answer waits for them.
const PATIENCE: Duration = Duration::from_millis(500);

/// Calls the handler with a body that can be read to its end afterwards, and does so.
pub(crate) async fn drain<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = match request.take_payload() {
        Payload::None => return Ok(next.call(request).await?.map_into_boxed_body()),
        payload => SharedBody::new(payload, announced),
    };
    request.set_payload(Payload::Stream { payload: Box::pin(body.clone()) });
    let response = next.call(request).await?;
    if body.ends_soon().await {
        return Ok(response.map_into_boxed_body());
    }
    Ok(response.map_body(|head, answer| {
        head.set_connection_type(ConnectionType::Close);
        BoxBody::new(Lingering { answer: answer.boxed(), _unread: body })
    }))
}

/// A body that the handler reads and we keep.
#[derive(Clone)]
struct SharedBody(Rc<RefCell<Reading>>);

struct Reading {
    payload: Payload,
    /// How many bytes the client says it sends; `None` when it sends chunks.
    announced: Option<usize>,
    come: usize,
    is_over: bool,
}

impl SharedBody {
    fn new(payload: Payload, announced: Option<usize>) -> Self {
        Self(Rc::new(RefCell::new(Reading { payload, announced, come: 0, is_over: false })))
    }

    /// Reads and drops the rest within our bounds; whether that was all.
    async fn ends_soon(&self) -> bool {
        let drained = || tokio::time::timeout(PATIENCE, self.drop_rest());
        self.is_over() || (self.rest_is_small() && drained().await.unwrap_or(false))
    }

    fn is_over(&self) -> bool {
        self.0.borrow().is_over
    }

    /// What is announced to be more is not waited for.
    fn rest_is_small(&self) -> bool {
        let reading = self.0.borrow();
        reading.announced.is_none_or(|announced| announced.saturating_sub(reading.come) <= MOST_BYTES)
    }

    async fn drop_rest(&self) -> bool {
        let (mut body, mut dropped) = (self.clone(), 0_usize);
        while let Some(chunk) = body.next().await {
            dropped = dropped.saturating_add(chunk.map_or(0, |chunk| chunk.len()));
            if dropped > MOST_BYTES {
                return false;
            }
        }
        true
    }
}

impl Stream for SharedBody {
    type Item = Result<Bytes, PayloadError>;

    /// What is broken is over: nothing more of it can be read.
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut reading = self.0.borrow_mut();
        if reading.is_over {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut reading.payload).poll_next(cx);
        match &polled {
            Poll::Ready(Some(Ok(chunk))) => reading.come = reading.come.saturating_add(chunk.len()),
            Poll::Ready(Some(Err(_)) | None) => reading.is_over = true,
            Poll::Pending => {}
        }
        polled
    }
}

/// An answer that is given before the body was read. It holds the body until it is sent: of a body in chunks that was let
/// go, the server would otherwise read on for as long as the client likes.
struct Lingering {
    answer: BoxBody,
    _unread: SharedBody,
}

impl MessageBody for Lingering {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(cx)
    }
}
