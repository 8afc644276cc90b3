use aedile_kernel::digest::{hex, sha256};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};

use super::{about, ada, package, publish};
use crate::support::{TestApp, on_each_backend};
use crate::v1::problem;

const HELLO: &str = "/v1/skills/hello/download";

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

async fn ask(app: &TestApp, method: Method, headers: &[(&str, &str)]) -> Answer {
    let client = Client::builder().no_proxy().build().unwrap();
    let mut request = client.request(method, format!("{}{HELLO}", app.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
}

/// A package of about half a megabyte, published as `hello`.
async fn published(app: &TestApp) -> Vec<u8> {
    let ada = ada(app).await;
    let text: String = (0..40_000_u32).map(|n| format!("{:x} ", n.wrapping_mul(2_654_435_761))).collect();
    let whole = package(&text);
    publish(&ada, &about("Hello", 0), &whole).await.expect(201);
    whole
}

#[tokio::test]
async fn a_range_is_a_part_that_says_where_it_lies() {
    on_each_backend(async |app| {
        let whole = published(app).await;
        let size = whole.len();
        assert!(size > 150_000, "{size}");
        for (range, from, to) in [
            ("bytes=0-0".to_owned(), 0, 1),
            ("bytes=0-".to_owned(), 0, size),
            ("bytes=1000-140000".to_owned(), 1_000, 140_001),
            (format!("bytes={}-", size - 1), size - 1, size),
            ("bytes=-100".to_owned(), size - 100, size),
            (format!("bytes=-{}", size * 2), 0, size),
            (format!("bytes=5-{}", size * 2), 5, size),
        ] {
            let answer = ask(app, Method::GET, &[("range", &range)]).await;
            assert_eq!(answer.status, 206, "{range}");
            let place = format!("bytes {from}-{}/{size}", to - 1);
            assert_eq!(answer.header("content-range"), Some(place.as_str()), "{range}");
            assert_eq!(answer.header("content-length"), Some((to - from).to_string().as_str()), "{range}");
            assert!(answer.header("etag").is_some() && answer.header("repr-digest").is_some(), "{range}");
            assert_eq!(answer.body, whole[from..to], "{range}");
        }
        let (mut joined, step) = (Vec::new(), size / 7 + 1);
        while joined.len() < size {
            let range = format!("bytes={}-{}", joined.len(), joined.len() + step - 1);
            joined.extend(ask(app, Method::GET, &[("range", &range)]).await.body);
        }
        assert_eq!(joined, whole, "the parts make the whole");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_single_range_brings_the_whole_and_one_behind_the_end_nothing() {
    on_each_backend(async |app| {
        let whole = published(app).await;
        for range in ["bytes=0-1,4-5", "bytes=9-3", "bytes=a-b", "lines=0-1", "bytes", "bytes="] {
            let answer = ask(app, Method::GET, &[("range", range)]).await;
            assert_eq!((answer.status, answer.body.len()), (200, whole.len()), "{range}");
            assert_eq!(answer.header("content-range"), None, "{range}");
        }
        for range in
            [format!("bytes={}-", whole.len()), "bytes=-0".to_owned(), "bytes=99999999999999999999-".to_owned()]
        {
            let reply = problem(app.anonymous().with_header("range", &range).get(HELLO).await, 416);
            assert_eq!(reply.header("content-range"), Some(format!("bytes */{}", whole.len()).as_str()), "{range}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_has_it_gets_nothing_and_who_has_another_gets_the_whole() {
    on_each_backend(async |app| {
        let whole = published(app).await;
        let tag = format!("\"{}\"", hex(&sha256(&whole)));
        let weak = format!("W/{tag}");
        for known in [&tag, &weak, "*", &format!("\"other\", {tag}")] {
            for method in [Method::GET, Method::HEAD] {
                let answer = ask(app, method, &[("if-none-match", known)]).await;
                assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
                assert_eq!(answer.header("etag"), Some(tag.as_str()), "{known}");
            }
        }
        assert_eq!(ask(app, Method::GET, &[("if-none-match", "\"other\"")]).await.status, 200);
        let part = async |known: &str| ask(app, Method::GET, &[("range", "bytes=0-9"), ("if-range", known)]).await;
        assert_eq!(part(&tag).await.status, 206);
        for other in ["\"other\"", &weak, "Sat, 21 Nov 2026 10:00:00 GMT"] {
            let answer = part(other).await;
            assert_eq!((answer.status, answer.body.len()), (200, whole.len()), "{other}");
        }
        assert_eq!(ask(app, Method::GET, &[("if-match", &tag)]).await.status, 200);
        assert_eq!(ask(app, Method::GET, &[("if-match", "\"other\"")]).await.status, 412);
    })
    .await;
}

#[tokio::test]
async fn head_says_what_get_would_and_sends_nothing() {
    on_each_backend(async |app| {
        published(app).await;
        let (head, get) = (ask(app, Method::HEAD, &[("range", "bytes=0-9")]).await, ask(app, Method::GET, &[]).await);
        assert_eq!((head.status, head.body.len()), (200, 0));
        for name in [
            "content-length",
            "content-type",
            "etag",
            "repr-digest",
            "accept-ranges",
            "content-disposition",
            "cache-control",
        ] {
            assert!(head.header(name).is_some() && head.header(name) == get.header(name), "{name}: {:?}", head.headers);
        }
    })
    .await;
}
