//! The API over HTTP.

use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::books::API_VERSION;
use crate::connection::cut;
use crate::request::{Params, Reply, Request, Verb};
use crate::state::State;
use crate::trouble::{Refusal, Trouble};

/// Where it is.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.route("/v1/{path:.*}", web::get().to(answer)).route("/v1/{path:.*}", web::post().to(answer));
}

async fn answer(http: HttpRequest, path: Path<String>, body: Bytes, state: Data<State>) -> HttpResponse {
    let request = read(&http, &path, &body);
    let trouble = state.troubles(request.verb).pop_front().unwrap_or(Trouble::Passes);
    let response = respond(&state, &request, trouble).await;
    // Its owner hears of what happened while it reads the answer.
    actix_web::rt::spawn(async move { state.deliver().await });
    response
}

async fn respond(state: &State, request: &Request, trouble: Trouble) -> HttpResponse {
    match trouble {
        Trouble::Passes => sent(state.books().answer(request)),
        Trouble::Fails => HttpResponse::InternalServerError().finish(),
        Trouble::FailsAfterwards => {
            state.books().answer(request);
            HttpResponse::InternalServerError().finish()
        }
        Trouble::Remembers(status) => sent(state.books().answer_badly(request, status)),
        Trouble::Refuses(refusal) => refused(refusal),
        Trouble::AnswersAfter(pause) => {
            let reply = state.books().answer(request);
            tokio::time::sleep(pause).await;
            sent(reply)
        }
        Trouble::RunsFor(pause) => {
            let begun = state.books().begin(request);
            if let Err(refusal) = begun {
                return sent(refusal);
            }
            tokio::time::sleep(pause).await;
            sent(state.books().finish(request, None))
        }
        Trouble::LosesAnswer => {
            state.books().answer(request);
            cut()
        }
        Trouble::HangsUp => cut(),
    }
}

fn read(http: &HttpRequest, path: &str, body: &[u8]) -> Request {
    let header = |name: &str| http.headers().get(name).and_then(|value| value.to_str().ok());
    let verb = if http.method() == Method::POST { Verb::Post } else { Verb::Get };
    let params = if verb == Verb::Post { body } else { http.query_string().as_bytes() };
    Request {
        verb,
        path: path.to_owned(),
        params: Params(serde_urlencoded::from_bytes(params).unwrap_or_default()),
        secret: header("authorization").and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned),
        key: header("idempotency-key").map(str::to_owned),
        version: header("stripe-version").map(str::to_owned),
    }
}

fn sent(reply: Reply) -> HttpResponse {
    let mut response = HttpResponse::build(status(reply.status));
    response.insert_header(("Stripe-Version", API_VERSION)).insert_header(("Request-Id", "req_fake"));
    if reply.is_replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response.json(reply.body)
}

fn refused(refusal: Refusal) -> HttpResponse {
    let mut response = HttpResponse::build(status(refusal.status));
    if let Some(should_retry) = refusal.should_retry {
        response.insert_header(("Stripe-Should-Retry", should_retry.to_string()));
    }
    if let Some(seconds) = refusal.retry_after {
        response.insert_header(("Retry-After", seconds.to_string()));
    }
    response.json(Reply::trouble(refusal.status).body)
}

fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
