//! The provider over HTTP.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::json;

use crate::books::{Books, Form};
use crate::events::SignedEvent;

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

#[derive(Default)]
struct State {
    books: Mutex<Books>,
    troubles: Mutex<VecDeque<Trouble>>,
}

/// The provider, while it is kept.
pub struct FakeStripe {
    url: String,
    secret: String,
    state: Arc<State>,
    handle: ServerHandle,
}

impl FakeStripe {
    /// Starts it on a free port; its events are signed with the secret.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(webhook_secret: &str) -> std::io::Result<Self> {
        let state = Arc::new(State::default());
        let shared = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .route("/v1/checkout/sessions/{id}", web::get().to(find_session))
                .route("/v1/{path:.*}", web::post().to(post))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0")?;
        let url = server.addrs().first().map(|address| format!("http://{address}")).unwrap_or_default();
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { url, secret: webhook_secret.to_owned(), state, handle })
    }

    /// Its base URL, without `/v1`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next requests run into these troubles, one each.
    pub fn expect_trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        locked(&self.state.troubles).extend(troubles);
    }

    /// Pays on a page, and returns the event that tells of it, under this id.
    #[must_use]
    pub fn pay(&self, session_id: &str, event_id: &str) -> Option<SignedEvent> {
        let session = locked(&self.state.books).pay(session_id)?;
        Some(self.event(event_id, "checkout.session.completed", &session))
    }

    /// The event that tells how much of a purchase's payment was given back, under this id.
    #[must_use]
    pub fn refunded(&self, purchase: i64, event_id: &str) -> Option<SignedEvent> {
        let books = locked(&self.state.books);
        let payment = books.payments.values().find(|payment| payment.purchase == purchase.to_string())?;
        let charge = json!({
            "object": "charge", "payment_intent": payment.intent, "amount": payment.amount,
            "amount_refunded": payment.refunded, "metadata": { "purchase_id": payment.purchase },
        });
        Some(self.event(event_id, "charge.refunded", &charge))
    }

    /// Any event, signed now.
    #[must_use]
    pub fn event(&self, id: &str, kind: &str, object: &serde_json::Value) -> SignedEvent {
        SignedEvent::new(&self.secret, id, kind, object, seconds())
    }

    /// How many refunds were made.
    #[must_use]
    pub fn refund_count(&self) -> usize {
        locked(&self.state.books).refund_count()
    }

    /// Stops it.
    pub async fn stop(self) {
        self.handle.stop(false).await;
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
    let (status, body) = locked(&state.books).answer(&path, key, form);
    match trouble {
        Some(Trouble::FailsAfterwards) => return HttpResponse::InternalServerError().finish(),
        Some(Trouble::AnswersAfter(pause)) => tokio::time::sleep(pause).await,
        _ => {}
    }
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)).json(body)
}

async fn find_session(id: Path<String>, state: Data<State>) -> HttpResponse {
    let (status, body) = locked(&state.books).session(&id);
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)).json(body)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::disallowed_methods, reason = "events are signed for servers that look at the real time")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
