//! Signing in by way of a browser, as RFC 8252 and RFC 7636 ask for.

use std::time::Duration;

use aedile_kernel::Entropy;
use aedile_kernel::digest::sha256;
use aedile_kernel::time::random_bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::client::Client;
use crate::failure::Failure;
use crate::output;

/// How long somebody may take.
const PATIENCE: Duration = Duration::from_secs(300);
const DONE: &str = "<!doctype html><title>Aedile</title><p>You are signed in. This page may be closed.";

/// The token that the server gives for what happens in the browser.
pub(crate) async fn sign_in(client: &Client, entropy: &dyn Entropy, opens: bool) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::not_signed_in(format!("no browser can come back: {error}"));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let (state, verifier) = (drawn(entropy), drawn(entropy));
    let address = asked(client.server(), port, &state, &verifier)?;
    output::line(&format!("Sign in at\n{address}"))?;
    if opens {
        // Whoever has no browser here has read the address.
        open::that_detached(address.as_str()).ok();
    }
    let code = tokio::time::timeout(PATIENCE, came_back(&listener, &state));
    let code = code.await.map_err(|_| Failure::not_signed_in("nobody came back from the browser within 5 minutes"))?;
    let exchange = json!({ "code": code.map_err(failed)?, "code_verifier": verifier });
    let answer = client.post_anonymously("/v1/auth/cli-tokens/exchange", &exchange).await?;
    let token = answer.get("token").and_then(Value::as_str).map(str::to_owned);
    token.ok_or_else(|| Failure::not_signed_in("the server gave no token"))
}

fn drawn(entropy: &dyn Entropy) -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>(entropy))
}

fn asked(server: &str, port: u16, state: &str, verifier: &str) -> Result<Url, Failure> {
    let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
    let redirect_uri = format!("http://127.0.0.1:{port}/callback");
    let query = [
        ("redirect_uri", redirect_uri.as_str()),
        ("state", state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    Url::parse_with_params(&format!("{server}/auth/cli"), query)
        .map_err(|error| Failure::usage(format!("--server: {error}")))
}

/// The code of the first request that carries our state; others are turned away.
async fn came_back(listener: &TcpListener, state: &str) -> std::io::Result<String> {
    loop {
        let (mut stream, _) = listener.accept().await?;
        let target = target(&mut stream).await;
        let code = target.and_then(|target| code_in(&target, state));
        let (status, body) = if code.is_some() { ("200 OK", DONE) } else { ("404 Not Found", "") };
        let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n");
        let answer = format!("{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        // Whether or not the browser still listens, the code is what counts.
        stream.write_all(answer.as_bytes()).await.ok();
        stream.shutdown().await.ok();
        if let Some(code) = code {
            return Ok(code);
        }
    }
}

/// What is asked for in the first line of a request.
async fn target(stream: &mut TcpStream) -> Option<String> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    tokio::time::timeout(Duration::from_secs(5), reader.read_line(&mut line)).await.ok()?.ok()?;
    let mut words = line.split(' ');
    words.next().filter(|method| *method == "GET")?;
    words.next().map(str::to_owned)
}

fn code_in(target: &str, state: &str) -> Option<String> {
    let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok().filter(|url| url.path() == "/callback")?;
    let of = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    of("state").filter(|came| came == state)?;
    of("code")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_carries_our_state_has_a_code() {
        assert_eq!(code_in("/callback?code=abc&state=s", "s").as_deref(), Some("abc"));
        for other in
            ["/callback?code=abc&state=t", "/callback?code=abc", "/callback?state=s", "/?code=abc&state=s", "x"]
        {
            assert_eq!(code_in(other, "s"), None, "{other}");
        }
    }

    #[test]
    fn the_browser_is_sent_with_a_challenge() {
        let url =
            asked("https://admin.example.com", 49152, "state", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let of = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned();
        assert_eq!(of("code_challenge"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "RFC 7636, appendix B");
        assert_eq!((url.path(), of("redirect_uri").as_str()), ("/auth/cli", "http://127.0.0.1:49152/callback"));
    }
}
