//! The provider, started and steered.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use serde_json::Value;

use crate::books::Books;
use crate::request::Verb;
use crate::signature::SignedEvent;
use crate::state::{State, locked};
use crate::trouble::Trouble;
use crate::{http, pages};

/// The provider, while it is kept.
pub struct FakeStripe {
    url: String,
    state: Arc<State>,
    handle: Mutex<ServerHandle>,
}

impl FakeStripe {
    /// Starts it on a free port; its events are signed with the secret.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(webhook_secret: &str) -> std::io::Result<Self> {
        let state = Arc::new(State::new(webhook_secret));
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        state.open_at(&url);
        let handle = Mutex::new(listen(listener, &state)?);
        Ok(Self { url, state, handle })
    }

    /// Its base URL, without `/v1`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its books, to look at or to make something happen: what happens is told in events.
    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.state.books()
    }

    /// Moves its clock on: idempotency keys and sessions expire by it.
    pub fn advance(&self, by: Duration) {
        self.state.advance(by);
    }

    /// From now on, what happens is told to this URL by itself.
    pub fn deliver_to(&self, webhook: String) {
        self.books().take_events();
        *locked(&self.state.webhook) = Some(webhook);
    }

    /// The next requests that change something run into these troubles, one each.
    pub fn expect_trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.state.troubles(Verb::Post).extend(troubles);
    }

    /// The next requests that read something run into these troubles, one each.
    pub fn expect_trouble_reading(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.state.troubles(Verb::Get).extend(troubles);
    }

    /// Refuses connections until [`FakeStripe::accept_connections`].
    pub async fn refuse_connections(&self) {
        let handle = locked(&self.handle).clone();
        handle.stop(false).await;
    }

    /// Takes connections again, at the same address.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn accept_connections(&self) -> std::io::Result<()> {
        let address = self.url.trim_start_matches("http://");
        *locked(&self.handle) = listen(TcpListener::bind(address)?, &self.state)?;
        Ok(())
    }

    /// Pays on a page, and returns the event that tells of it, under this ID.
    #[must_use]
    pub fn pay(&self, session_id: &str, event_id: &str) -> Option<SignedEvent> {
        let event = self.books().pay(session_id)?;
        self.take_as(&event, event_id)
    }

    /// The event that tells how much of a payment was given back, under this ID. The payment may be called by any ID of it, by
    /// its session's reference, or by what was attached to it.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a payment is called by what the test has: a text or a number")]
    pub fn refunded(&self, payment: impl ToString, event_id: &str) -> Option<SignedEvent> {
        let event = {
            let mut books = self.books();
            let intent = books.payment_called(&payment.to_string())?.intent.clone();
            books.tell_of_refunded(&intent)?
        };
        self.take_as(&event, event_id)
    }

    /// Gives money back in its own dashboard, and returns the event that tells of it, under this ID. The payment is called as
    /// in [`FakeStripe::refunded`].
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a payment is called by what the test has: a text or a number")]
    pub fn refund_by_hand(&self, payment: impl ToString, cents: i64, event_id: &str) -> Option<SignedEvent> {
        let event = {
            let mut books = self.books();
            let intent = books.payment_called(&payment.to_string())?.intent.clone();
            books.refund_by_hand(&intent, cents)?
        };
        self.take_as(&event, event_id)
    }

    /// Says all that a seller is asked for, and returns the event that tells of it.
    #[must_use]
    pub fn onboard(&self, account: &str) -> Option<SignedEvent> {
        let event = self.books().onboard(account)?;
        self.take_as(&event, &format!("evt_of_{account}"))
    }

    /// Any event, signed now.
    #[must_use]
    pub fn event(&self, id: &str, kind: &str, object: &Value) -> SignedEvent {
        let event = {
            let mut books = self.books();
            let event = books.emit(kind, object);
            books.take_as(&event, id).unwrap_or_default()
        };
        self.sign(&event)
    }

    /// The events that nobody has taken yet, the earliest first, signed now.
    #[must_use]
    pub fn take_events(&self) -> Vec<SignedEvent> {
        let events = self.books().take_events();
        events.iter().map(|event| self.sign(event)).collect()
    }

    /// Signs a body of one's own.
    #[must_use]
    pub fn sign(&self, event: &Value) -> SignedEvent {
        self.state.sign(event)
    }

    /// How many refunds were made.
    #[must_use]
    pub fn refund_count(&self) -> usize {
        self.books().refunds().len()
    }

    /// Stops it.
    pub async fn stop(self) {
        self.refuse_connections().await;
    }

    fn take_as(&self, event: &str, id: &str) -> Option<SignedEvent> {
        let event = self.books().take_as(event, id)?;
        Some(self.sign(&event))
    }
}

fn listen(listener: TcpListener, state: &Arc<State>) -> std::io::Result<ServerHandle> {
    let shared = Data::from(Arc::clone(state));
    let app = move || App::new().app_data(shared.clone()).configure(http::routes).configure(pages::routes);
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
