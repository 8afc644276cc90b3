//! The provider over HTTP.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

use crate::books::{Books, Form, Reply};
use crate::events::SignedEvent;
use crate::pages;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is not done, and answered with 500.
    Fails,
    /// It is done, and answered with 500.
    FailsAfterwards,
    /// It is done, and answered after so long.
    AnswersAfter(Duration),
}

/// What all who serve it share.
pub(crate) struct State {
    secret: String,
    /// Where its events go when somebody uses its pages.
    webhook: Mutex<Option<String>>,
    books: Mutex<Books>,
    troubles: Mutex<VecDeque<Trouble>>,
}

/// The provider, while it is kept.
pub struct FakeStripe {
    url: String,
    state: Arc<State>,
    handle: ServerHandle,
}

impl FakeStripe {
    /// Starts it on a free port; its events are signed with the secret.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(webhook_secret: &str) -> std::io::Result<Self> {
        let state = Arc::new(State {
            secret: webhook_secret.to_owned(),
            webhook: Mutex::default(),
            books: Mutex::default(),
            troubles: Mutex::default(),
        });
        let shared = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/v1/checkout/sessions/{id}", web::get().to(find_session))
                .route("/v1/events", web::get().to(list_events))
                .route("/v1/{path:.*}", web::post().to(post))
                .configure(pages::routes)
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0")?;
        let url = server.addrs().first().map(|address| format!("http://{address}")).unwrap_or_default();
        *state.books() = Books::at(url.clone());
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { url, state, handle })
    }

    /// Its base URL, without `/v1`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on, what people do on its pages is told to this URL.
    pub fn deliver_to(&self, webhook: String) {
        *locked(&self.state.webhook) = Some(webhook);
    }

    /// The next requests run into these troubles, one each.
    pub fn expect_trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        locked(&self.state.troubles).extend(troubles);
    }

    /// Pays on a page, and returns the event that tells of it, under this id.
    #[must_use]
    pub fn pay(&self, session_id: &str, event_id: &str) -> Option<SignedEvent> {
        let session = self.state.books().pay(session_id)?;
        Some(self.event(event_id, "checkout.session.completed", &session))
    }

    /// The event that tells how much of a purchase's payment was given back, under this id.
    #[must_use]
    pub fn refunded(&self, purchase: i64, event_id: &str) -> Option<SignedEvent> {
        let charge = self.state.books().charge(&purchase.to_string())?;
        Some(self.event(event_id, "charge.refunded", &charge))
    }

    /// Gives money back in its own dashboard, and returns the event that tells of it, under this id.
    #[must_use]
    pub fn refund_by_hand(&self, purchase: i64, cents: i64, event_id: &str) -> Option<SignedEvent> {
        let charge = self.state.books().refund_by_hand(&purchase.to_string(), cents)?;
        Some(self.event(event_id, "charge.refunded", &charge))
    }

    /// Says all that a seller is asked for, and returns the event that tells of it.
    #[must_use]
    pub fn onboard(&self, account: &str) -> Option<SignedEvent> {
        self.state.onboard(account)
    }

    /// Any event, signed now.
    #[must_use]
    pub fn event(&self, id: &str, kind: &str, object: &Value) -> SignedEvent {
        self.state.event(id, kind, object)
    }

    /// How many refunds were made.
    #[must_use]
    pub fn refund_count(&self) -> usize {
        self.state.books().refund_count()
    }

    /// Stops it.
    pub async fn stop(self) {
        self.handle.stop(false).await;
    }
}

impl State {
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        locked(&self.books)
    }

    pub(crate) fn pay(&self, session_id: &str) -> Option<SignedEvent> {
        let session = self.books().pay(session_id)?;
        Some(self.event(&format!("evt_of_{session_id}"), "checkout.session.completed", &session))
    }

    pub(crate) fn onboard(&self, account: &str) -> Option<SignedEvent> {
        let object = self.books().onboard(account)?;
        Some(self.event(&format!("evt_of_{account}"), "account.updated", &object))
    }

    fn event(&self, id: &str, kind: &str, object: &Value) -> SignedEvent {
        let now = seconds();
        let event = json!({ "id": id, "object": "event", "created": now, "type": kind, "data": { "object": object } });
        let signed = SignedEvent::new(&self.secret, &event, now);
        self.books().note(event);
        signed
    }

    /// Whether somebody took it.
    pub(crate) async fn deliver(&self, event: SignedEvent) -> bool {
        let Some(webhook) = locked(&self.webhook).clone() else { return false };
        let request = reqwest::Client::new().post(webhook).header("Stripe-Signature", event.signature);
        let sent = request.header("Content-Type", "application/json").body(event.body).send().await;
        sent.is_ok_and(|answer| answer.status().is_success())
    }
}

async fn post(request: HttpRequest, path: Path<String>, body: Bytes, state: Data<State>) -> HttpResponse {
    let is_known =
        request.headers().get("authorization").is_some_and(|value| value.as_bytes().starts_with(b"Bearer sk_"));
    if !is_known {
        return HttpResponse::Unauthorized().json(json!({ "error": { "message": "Invalid API Key provided" } }));
    }
    let trouble = locked(&state.troubles).pop_front();
    if trouble == Some(Trouble::Fails) {
        return HttpResponse::InternalServerError().finish();
    }
    let key = request.headers().get("idempotency-key").and_then(|key| key.to_str().ok());
    let form: Form = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let reply = state.books().answer(&path, key, form);
    match trouble {
        Some(Trouble::FailsAfterwards) => return HttpResponse::InternalServerError().finish(),
        Some(Trouble::AnswersAfter(pause)) => tokio::time::sleep(pause).await,
        _ => {}
    }
    answered(reply)
}

async fn find_session(id: Path<String>, state: Data<State>) -> HttpResponse {
    answered(state.books().session(&id))
}

async fn list_events(query: Query<Vec<(String, String)>>, state: Data<State>) -> HttpResponse {
    answered(state.books().events(&query))
}

fn answered((status, body): Reply) -> HttpResponse {
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)).json(body)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::disallowed_methods, reason = "events are signed for servers that look at the real time")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
