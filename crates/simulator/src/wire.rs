//! Stripe's API in process, with troubles.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aedile_fake_stripe::{Books, Params, Reply, Request, Verb};
use aedile_stripe::{Transport, TransportError, WireAnswer, WireRequest};
use async_trait::async_trait;
use bytes::Bytes;

use crate::clock::SimulatedClock;
use crate::gate::{Gate, Point};
use crate::rng::{Rng, locked};

/// How long a client waits for an answer, in seconds; nobody sends a request later than that.
const PATIENCE: i64 = 10;
/// The statuses of troubles in which nothing was done.
const REFUSALS: [u16; 7] = [401, 403, 409, 424, 429, 500, 503];

/// The provider, as both processes and the history see it.
pub(crate) struct Provider {
    pub(crate) books: Mutex<Books>,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) rng: Rng,
    /// In how many of a hundred requests something goes wrong.
    pub(crate) trouble: Mutex<usize>,
}

/// How one process reaches it.
pub(crate) struct Wire {
    pub(crate) provider: Arc<Provider>,
    pub(crate) gate: Gate,
    /// The secret key that the process knows.
    pub(crate) secret: Arc<Mutex<String>>,
}

/// What becomes of a request.
enum Fate {
    Passes,
    NotReached,
    /// Not done, no answer.
    HangsUp,
    /// Done, no answer.
    LosesAnswer,
    /// Done, and answered by something in between.
    FailsAfterwards,
    /// Done, and answered so for as long as the key is kept.
    Remembers,
    Refuses(u16),
}

impl Provider {
    fn draw(&self) -> Fate {
        let trouble = *locked(&self.trouble);
        if !self.rng.chance(trouble) {
            return Fate::Passes;
        }
        match self.rng.below(7) {
            0 => Fate::NotReached,
            1 => Fate::HangsUp,
            2 | 3 => Fate::LosesAnswer,
            4 => Fate::FailsAfterwards,
            5 => Fate::Remembers,
            _ => Fate::Refuses(self.rng.pick(&REFUSALS).copied().unwrap_or(500)),
        }
    }

    fn answer(&self, request: &Request) -> Reply {
        let mut books = locked(&self.books);
        books.set_now(self.clock.seconds());
        books.answer(request)
    }

    fn respond(&self, request: &Request) -> Result<WireAnswer, TransportError> {
        match self.draw() {
            Fate::Passes => Ok(answer(&self.answer(request))),
            Fate::NotReached => Err(TransportError::NotReached("refused".into())),
            Fate::HangsUp => Err(TransportError::NoAnswer("closed".into())),
            Fate::LosesAnswer => {
                self.answer(request);
                Err(TransportError::NoAnswer("closed".into()))
            }
            Fate::FailsAfterwards => {
                self.answer(request);
                Ok(refused(502, None))
            }
            Fate::Remembers => {
                let mut books = locked(&self.books);
                books.set_now(self.clock.seconds());
                Ok(answer(&books.answer_badly(request, 500)))
            }
            Fate::Refuses(status) => {
                let advice = if self.rng.chance(50) { Some(self.rng.chance(50)) } else { None };
                Ok(refused(status, advice))
            }
        }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: &WireRequest) -> Result<WireAnswer, TransportError> {
        let request = read(request, &locked(&self.secret));
        let begun = self.provider.clock.seconds();
        self.gate.pass(Point::Asks).await;
        let is_late = self.provider.clock.seconds().saturating_sub(begun) > PATIENCE;
        let answered = match is_late {
            true => Err(TransportError::NoAnswer("timed out".into())),
            false => self.provider.respond(&request),
        };
        self.gate.pass(Point::Asked).await;
        let is_late = self.provider.clock.seconds().saturating_sub(begun) > PATIENCE;
        if is_late { Err(TransportError::NoAnswer("timed out".into())) } else { answered }
    }

    async fn pause(&self, _: Duration) {
        self.provider.clock.advance(1);
        self.gate.pass(Point::Pauses).await;
    }
}

fn read(request: &WireRequest, secret: &str) -> Request {
    let verb = if request.method == reqwest::Method::GET { Verb::Get } else { Verb::Post };
    let params = request.form.as_deref().or(request.query.as_deref()).unwrap_or_default();
    Request {
        verb,
        path: request.path.clone(),
        params: Params(serde_urlencoded::from_str(params).unwrap_or_default()),
        secret: Some(secret.to_owned()),
        key: request.key.clone(),
        version: Some(request.version.clone()),
    }
}

fn answer(reply: &Reply) -> WireAnswer {
    WireAnswer { status: reply.status, should_retry: None, retry_after: None, body: reply.body.to_string().into() }
}

/// Without a body that says more.
const fn refused(status: u16, should_retry: Option<bool>) -> WireAnswer {
    WireAnswer { status, should_retry, retry_after: None, body: Bytes::new() }
}
