//! Who is refused before the body was read still sees the answer, whatever they send meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use tokio::task::JoinSet;

use crate::support::{Backend, TestApp, Wire};

const KIBIBYTE: usize = 1024;
const MEBIBYTE: usize = 1024 * KIBIBYTE;
const PATIENCE: Duration = Duration::from_secs(30);

/// A request that is refused before its body was read.
#[derive(Clone)]
struct Refused {
    method: &'static str,
    path: &'static str,
    headers: String,
    status: u16,
}

/// One for each reason there is.
async fn refused(app: &TestApp) -> Vec<Refused> {
    let (root, user) = (app.super_admin().await.token().to_owned(), app.user("user_ada").token().to_owned());
    let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let json = "Content-Type: application/json\r\n";
    let flags = |headers: String, status| Refused { method: "POST", path: "/admin/system/flags", headers, status };
    vec![
        flags(String::new(), 401),
        flags(bearer("nobody"), 401),
        flags(bearer(&user) + json, 403),
        flags(bearer(&root) + "Content-Type: text/plain\r\n", 415),
        Refused { path: "/admin/system/nothing", ..flags(bearer(&root) + json, 404) },
        Refused { path: "/admin//system/flags", ..flags(bearer(&root) + json, 400) },
        Refused { method: "PUT", ..flags(bearer(&root) + json, 405) },
        Refused { path: "/v1/skills", ..flags(bearer(&user) + json, 403) },
        Refused { path: "/api/admin/users/user_ada/plan", ..flags("X-Admin-Key: wrong\r\n".to_owned(), 403) },
        Refused { path: "/dashboard/do/flag.create", ..flags(json.to_owned(), 401) },
    ]
}

impl Refused {
    fn head(&self, framing: &str) -> String {
        let Self { method, path, headers, .. } = self;
        format!("{method} {path} HTTP/1.1\r\nHost: test\r\n{headers}{framing}\r\n\r\n")
    }

    fn sized(&self, bytes: usize) -> String {
        self.head(&format!("Content-Length: {bytes}"))
    }

    fn begins(&self) -> String {
        format!("HTTP/1.1 {}", self.status)
    }
}

/// What comes of an answer up to the end of its head.
fn head_of(wire: &mut Wire) -> String {
    let answer = wire.receive_until("\r\n\r\n", PATIENCE);
    answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}")).0.to_owned()
}

/// The same, and the answer's body, so that the next answer begins where this one ends.
fn whole_answer(wire: &mut Wire) -> String {
    let mut answer = wire.receive_until("\r\n\r\n", PATIENCE);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0_usize);
    for _ in body.len()..length {
        answer += &wire.receive_exactly(1, PATIENCE);
    }
    answer
}

async fn by_hand(test: impl FnOnce() + Send + 'static) {
    tokio::task::spawn_blocking(test).await.unwrap();
}

fn says_close(answer: &str) -> bool {
    answer.to_ascii_lowercase().contains("connection: close")
}

/// Sends for three seconds, longer than a server waits that only closes what it has answered.
fn send_slowly(wire: &mut Wire, body: &[u8]) {
    let (started, pause) = (Instant::now(), Duration::from_millis(50));
    for (piece, due) in body.chunks(body.len().div_ceil(60)).zip((1..).map(|nth| pause * nth)) {
        assert!(wire.send(piece), "closed after {:?}", started.elapsed());
        // Being slow is what is tested here.
        std::thread::sleep(due.saturating_sub(started.elapsed()));
    }
}

/// Sends `body` slowly behind each head, all at once, and sees each refusal.
async fn is_heard_out(framing: &'static str, body: Vec<u8>) {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let (mut clients, body) = (JoinSet::new(), Arc::new(body));
    for refused in refused(&app).await {
        let (url, body) = (app.url(), Arc::clone(&body));
        clients.spawn_blocking(move || {
            let mut wire = Wire::to(&url);
            assert!(wire.send(refused.head(framing)));
            send_slowly(&mut wire, &body);
            let answer = head_of(&mut wire);
            assert!(answer.starts_with(&refused.begins()), "{} {}: {answer}", refused.method, refused.path);
            assert!(says_close(&answer), "{answer}");
        });
    }
    clients.join_all().await;
    app.stop().await;
}

#[tokio::test]
async fn a_slow_client_is_heard_out_and_sees_its_refusal() {
    is_heard_out("Content-Length: 6291456", vec![b'x'; 6 * MEBIBYTE]).await;
}

#[tokio::test]
async fn a_body_in_chunks_is_heard_out_too() {
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 64 * KIBIBYTE], b"\r\n"].concat();
    is_heard_out("Transfer-Encoding: chunked", [chunk.repeat(64), b"0\r\n\r\n".to_vec()].concat()).await;
}

#[tokio::test]
async fn a_client_that_never_ends_its_body_is_answered_and_let_go() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    for refused in refused(&app).await {
        let url = app.url();
        by_hand(move || {
            for framing in ["Content-Length: 200", "Transfer-Encoding: chunked"] {
                let mut wire = Wire::to(&url);
                assert!(wire.send(refused.head(framing)));
                let answer = head_of(&mut wire);
                assert!(answer.starts_with(&refused.begins()) && says_close(&answer), "{framing}: {answer}");
            }
        })
        .await;
    }
    let url = app.url();
    by_hand(move || {
        let mut wire = Wire::to(&url);
        wire.send("POST /admin/system/flags HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
        let answer = head_of(&mut wire);
        assert!(says_close(&answer), "{answer}");
        // A byte now and then does not keep the connection for ever.
        let started = Instant::now();
        while wire.send("1\r\nx\r\n") {
            assert!(started.elapsed() < Duration::from_secs(60), "it is still open");
            wire.receive_until("\u{0}", Duration::from_millis(200));
        }
    })
    .await;
    app.stop().await;
}

#[tokio::test]
async fn a_connection_stays_in_use_when_the_whole_body_came() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    for refused in refused(&app).await {
        let url = app.url();
        by_hand(move || {
            let mut wire = Wire::to(&url);
            let body = "x".repeat(40 * KIBIBYTE);
            let in_chunks = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
            let sized = refused.sized(body.len()) + &body;
            let chunked = refused.head("Transfer-Encoding: chunked") + &in_chunks;
            for request in [&sized, &chunked, &sized] {
                assert!(wire.send(request));
                let answer = whole_answer(&mut wire);
                assert!(answer.starts_with(&refused.begins()), "{} {}: {answer}", refused.method, refused.path);
                assert!(!says_close(&answer), "{answer}");
            }
            assert!(wire.send("GET /health/live HTTP/1.1\r\nHost: test\r\n\r\n"));
            let answer = whole_answer(&mut wire);
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        })
        .await;
    }
    app.stop().await;
}

#[tokio::test]
async fn what_waits_behind_a_refused_body_is_a_request_and_what_is_in_it_is_none() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let flags = refused(&app).await.remove(0);
    let url = app.url();
    by_hand(move || {
        let live = "GET /health/live HTTP/1.1\r\nHost: test\r\n\r\n";
        let mut wire = Wire::to(&url);
        assert!(wire.send(format!("{}{live}{live}", flags.sized(live.len()) + live)));
        wire.half_close();
        let answers = wire.receive(PATIENCE);
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 3, "a refusal and two answers: {answers}");
        assert!(answers.starts_with("HTTP/1.1 401") && answers.matches("HTTP/1.1 200").count() == 2, "{answers}");

        // More than is heard out: what follows is dropped, never taken for a request.
        let mut wire = Wire::to(&url);
        let large = live.repeat(2 * MEBIBYTE / live.len());
        assert!(wire.send(flags.sized(large.len()) + &large + live));
        wire.half_close();
        let answers = wire.receive(PATIENCE);
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
        assert!(answers.starts_with("HTTP/1.1 401") && says_close(&answers), "{answers}");
    })
    .await;
    app.stop().await;
}

#[tokio::test]
async fn who_asks_before_sending_a_body_is_refused_and_can_go_on() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    for refused in refused(&app).await {
        let url = app.url();
        by_hand(move || {
            let mut wire = Wire::to(&url);
            assert!(wire.send(refused.head("Expect: 100-continue\r\nContent-Length: 5")));
            assert!(wire.receive_until("\r\n\r\n", PATIENCE).starts_with("HTTP/1.1 100"));
            assert!(wire.send("hello"));
            let answer = whole_answer(&mut wire);
            assert!(answer.starts_with(&refused.begins()), "{} {}: {answer}", refused.method, refused.path);
            // Whoever was slower than our patience is told to come again.
            assert!(says_close(&answer) || wire.send("GET /health/live HTTP/1.1\r\nHost: test\r\n\r\n"));
        })
        .await;
    }
    app.stop().await;
}

/// A client with a pool takes a connection again as soon as it was answered.
#[tokio::test]
async fn no_client_with_a_pool_meets_a_closed_connection() {
    let app = TestApp::start(Backend::Sqlite, &["--rate-public-read", "1"]).await;
    let client = Client::builder().no_proxy().build().unwrap();
    let mut all = refused(&app).await;
    app.anonymous().get("/v1/flags").await.expect(200);
    let over = Refused { method: "POST", path: "/ofrep/v1/evaluate/flags", headers: String::new(), status: 429 };
    all.push(over);
    let mut in_flight = JoinSet::new();
    for round in 0..40 {
        // Small, at the bounds, far beyond them.
        let size = [1, 20_000, 256 * KIBIBYTE, 300 * KIBIBYTE, MEBIBYTE + 1, 5 * MEBIBYTE][round % 6];
        for refused in all.clone() {
            let (client, url) = (client.clone(), app.url());
            in_flight.spawn(async move {
                let method = Method::from_bytes(refused.method.as_bytes()).unwrap();
                let mut request = client.request(method, format!("{url}{}", refused.path)).body(vec![b'x'; size]);
                for line in refused.headers.lines() {
                    let (name, value) = line.split_once(": ").unwrap();
                    request = request.header(name, value);
                }
                let answer = request.send().await.unwrap_or_else(|error| panic!("{size} bytes: {error:?}"));
                assert_eq!(answer.status(), refused.status, "{} {}", refused.method, refused.path);
                answer.bytes().await.unwrap();
            });
            if in_flight.len() >= 32 {
                in_flight.join_next().await.unwrap().unwrap();
            }
        }
    }
    in_flight.join_all().await;
    app.stop().await;
}
