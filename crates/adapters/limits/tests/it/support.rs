//! A cable to Redis that can be cut and mended.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The Redis to test with, `None` when there is none.
#[expect(clippy::disallowed_methods, reason = "tests have no settings but the environment")]
pub(crate) fn redis() -> Option<String> {
    let url = std::env::var("AEDILE_TEST_REDIS").ok();
    if url.is_none() {
        println!("skipped: AEDILE_TEST_REDIS names no Redis");
    }
    url
}

/// A key that no other test, run or process uses.
#[expect(clippy::disallowed_methods, reason = "a name that differs from run to run is the point")]
pub(crate) fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    format!("{}:{}:{}", std::process::id(), since.as_nanos(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An address where nobody listens.
pub(crate) async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("redis://{}/", listener.local_addr().unwrap())
}

/// An address that takes connections and never answers.
pub(crate) async fn silence() -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}/", listener.local_addr().unwrap());
    let open = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
    (url, open)
}

/// A cable to a Redis reached over TCP.
pub(crate) struct Cable {
    pub(crate) url: String,
    address: String,
    target: String,
    carrying: Option<JoinHandle<()>>,
}

impl Cable {
    pub(crate) async fn to(redis: &str) -> Self {
        let rest = redis.strip_prefix("redis://").unwrap();
        let (target, database) = rest.split_once('/').unwrap_or((rest, ""));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let url = format!("redis://{address}/{database}");
        let mut cable = Self { url, address, target: target.to_owned(), carrying: None };
        cable.mend().await;
        cable
    }

    /// Nothing passes and nothing connects.
    pub(crate) fn cut(&mut self) {
        if let Some(carrying) = self.carrying.take() {
            carrying.abort();
        }
    }

    pub(crate) async fn mend(&mut self) {
        let listener = loop {
            match TcpListener::bind(&self.address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        };
        let target = self.target.clone();
        self.carrying = Some(tokio::spawn(async move {
            let mut streams = tokio::task::JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let target = target.clone();
                streams.spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(target).await {
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        }));
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.cut();
    }
}

pub(crate) async fn within(limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < limit, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    started.elapsed()
}
