//! Artifacts in a bucket: a small stand-in for S3 that keeps objects in memory.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use aedile_artifacts::Artifacts;
use aedile_catalog::packages::ArtifactStore;
use aedile_kernel::Error;
use bytes::Bytes;
use object_store::aws::AmazonS3Builder;

use crate::folder::whole;

type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A bucket that takes PUT and GET with ranges, and counts on signed requests.
fn serve() -> (String, Objects) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, objects) = (format!("http://{}", listener.local_addr().unwrap()), Objects::default());
    let kept = Arc::clone(&objects);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let objects = Arc::clone(&kept);
            std::thread::spawn(move || answer(stream, &objects));
        }
    });
    (url, objects)
}

fn answer(stream: TcpStream, objects: &Objects) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let (method, path) = {
        let mut words = line.split(' ');
        (words.next().unwrap().to_owned(), words.next().unwrap_or_default().to_owned())
    };
    let (mut length, mut range, mut is_signed) = (0, None, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => is_signed = value.starts_with("AWS4-HMAC-SHA256 Credential=key/"),
            "range" => {
                range = value
                    .strip_prefix("bytes=")
                    .and_then(|r| r.split_once('-'))
                    .map(|(a, b)| (a.parse::<usize>().unwrap(), b.parse::<usize>().unwrap()));
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut objects = objects.lock().unwrap();
    let (status, head, body) = match (is_signed, method.as_str(), objects.get(&path)) {
        (false, ..) => ("403 Forbidden", String::new(), Vec::new()),
        (_, "PUT", _) => {
            objects.insert(path, body);
            ("200 OK", String::new(), Vec::new())
        }
        (_, "GET", Some(object)) => match range {
            Some((from, to)) => {
                let head = format!("Content-Range: bytes {from}-{to}/{}\r\n", object.len());
                ("206 Partial Content", head, object[from..=to].to_vec())
            }
            None => ("200 OK", String::new(), object.clone()),
        },
        _ => ("404 Not Found", String::new(), Vec::new()),
    };
    drop(objects);
    let mut stream = stream;
    let date = "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\n";
    let head = format!(
        "HTTP/1.1 {status}\r\n{head}{date}ETag: \"tag\"\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).ok();
}

fn open(url: &str, prefix: &str) -> Artifacts {
    let builder = AmazonS3Builder::new()
        .with_endpoint(url)
        .with_region("eu-central-1")
        .with_access_key_id("key")
        .with_secret_access_key("secret");
    Artifacts::in_bucket(builder, "skills", prefix).unwrap()
}

/// Such a host is spoken to by TLS, whose first byte is that of a handshake.
#[tokio::test]
async fn an_endpoint_may_be_a_host_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = open(&listener.local_addr().unwrap().to_string(), "");
    let asking = tokio::spawn(async move { store.put("packages/ab.zip", Bytes::from_static(b"zip")).await });
    let (heard, first) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut byte, mut stream) = ([0], listener.accept().unwrap().0);
        stream.read_exact(&mut byte).unwrap();
        heard.send(byte).unwrap();
    });
    let first = tokio::task::spawn_blocking(move || first.recv_timeout(Duration::from_secs(10)));
    let first = first.await.unwrap().expect("nobody asked");
    asking.abort();
    assert_eq!(first, [22]);
}

#[tokio::test]
async fn a_bucket_keeps_what_it_is_given_below_its_prefix() {
    let (url, objects) = serve();
    let store = open(&url, "live/here");
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    for _ in 0..2 {
        store.put("packages/ab.zip", Bytes::from(bytes.clone())).await.unwrap();
    }
    let names: Vec<String> = objects.lock().unwrap().keys().cloned().collect();
    assert_eq!(names, ["/skills/live/here/packages/ab.zip"]);
    assert_eq!(whole(&store, "packages/ab.zip", None).await.unwrap().unwrap(), bytes);
    assert_eq!(whole(&store, "packages/ab.zip", Some(10..20)).await.unwrap().unwrap(), bytes[10..20]);
    assert_eq!(whole(&store, "packages/cd.zip", None).await.unwrap(), None);
    assert_eq!(whole(&open(&url, ""), "packages/ab.zip", None).await.unwrap(), None);
}

#[tokio::test]
async fn a_bucket_out_of_reach_is_unavailable_and_hides_its_keys() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let store = open(&format!("http://{nobody}"), "");
    let refused = store.put("packages/ab.zip", Bytes::from_static(b"x")).await;
    assert!(matches!(refused, Err(Error::Unavailable { what: "the package store", .. })), "{refused:?}");
    let told = format!("{refused:?} {store:?}");
    assert!(!told.contains("secret\""), "{told}");
}
