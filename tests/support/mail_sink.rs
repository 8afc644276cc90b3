//! A mail server that keeps what it gets, and can be unkind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// How the server treats who comes; the default is kind.
#[derive(Clone, Default)]
pub(crate) struct Manners {
    /// Takes no mail for the time being.
    pub(crate) is_busy: bool,
    /// Won't pass mail on for us.
    pub(crate) denies_relay: bool,
    /// Keeps a message and closes before it says so, this many times.
    pub(crate) answers_to_lose: usize,
    /// Takes a message only once it is let go.
    pub(crate) holds: bool,
    /// Takes addresses beyond ASCII.
    pub(crate) knows_utf8: bool,
    /// Takes mail only of this user, with this password.
    pub(crate) credentials: Option<(String, String)>,
}

/// The server, while it is kept.
pub(crate) struct MailSink {
    pub(crate) url: String,
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    mails: Mutex<Vec<String>>,
    manners: Mutex<Manners>,
    /// How many connections were encrypted.
    encrypted: AtomicUsize,
    /// How many passwords came.
    passwords: AtomicUsize,
    changed: tokio::sync::Notify,
}

impl MailSink {
    pub(crate) async fn start() -> Self {
        Self::listen(None).await
    }

    /// One that offers STARTTLS with a certificate for this host, and the certificate to trust.
    pub(crate) async fn with_certificate_for(host: &str) -> (Self, String) {
        let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config =
            ServerConfig::builder_with_provider(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider().into())
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![made.cert.der().clone()], key)
                .unwrap();
        (Self::listen(Some(TlsAcceptor::from(Arc::new(config)))).await, made.cert.pem())
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let all = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(Box::new(stream), Arc::clone(&all), tls.clone()));
            }
        });
        Self { url: format!("smtp://{address}"), port: address.port(), shared }
    }

    /// Changes how it treats who comes.
    pub(crate) fn behave(&self, change: impl FnOnce(&mut Manners)) {
        change(&mut self.shared.manners.lock().unwrap());
        self.shared.changed.notify_waiters();
    }

    /// From now on it takes no mail for the time being, or does again.
    pub(crate) fn set_busy(&self, is_busy: bool) {
        self.behave(|manners| manners.is_busy = is_busy);
    }

    /// What came so far, each with the address it was for in front.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.shared.mails.lock().unwrap().clone()
    }

    pub(crate) fn encrypted(&self) -> usize {
        self.shared.encrypted.load(Ordering::SeqCst)
    }

    pub(crate) fn passwords(&self) -> usize {
        self.shared.passwords.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn manners(&self) -> Manners {
        self.manners.lock().unwrap().clone()
    }

    async fn until_let_go(&self) {
        loop {
            let changed = self.changed.notified();
            if !self.manners().holds {
                return;
            }
            changed.await;
        }
    }

    /// Whether the next answer is lost.
    fn loses_answer(&self) -> bool {
        let mut manners = self.manners.lock().unwrap();
        let is_lost = manners.answers_to_lose > 0;
        manners.answers_to_lose = manners.answers_to_lose.saturating_sub(1);
        is_lost
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

async fn serve(stream: Box<dyn Stream>, shared: Arc<Shared>, tls: Option<TlsAcceptor>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let (mut recipient, mut is_encrypted, mut is_known) = (String::new(), false, false);
    stream.write_all(b"220 sink\r\n").await.ok()?;
    let mut line = String::new();
    while {
        line.clear();
        stream.read_line(&mut line).await.ok()? > 0
    } {
        let manners = shared.manners();
        let line = line.trim_end();
        let reply = match line.get(..4).unwrap_or_default() {
            "EHLO" => {
                let mut offers = "250-sink\r\n250-8BITMIME\r\n".to_owned();
                offers.push_str(if tls.is_some() && !is_encrypted { "250-STARTTLS\r\n" } else { "" });
                offers.push_str(if manners.knows_utf8 { "250-SMTPUTF8\r\n" } else { "" });
                offers.push_str(if manners.credentials.is_some() { "250-AUTH PLAIN\r\n" } else { "" });
                offers + "250 HELP\r\n"
            }
            "STAR" => {
                stream.write_all(b"220 go on\r\n").await.ok()?;
                let encrypted = tls.as_ref()?.accept(stream.into_inner()).await.ok()?;
                shared.encrypted.fetch_add(1, Ordering::SeqCst);
                is_encrypted = true;
                stream = BufReader::new(Box::new(encrypted));
                continue;
            }
            "AUTH" => {
                shared.passwords.fetch_add(1, Ordering::SeqCst);
                let (user, password) = manners.credentials.unwrap_or_default();
                is_known = line.ends_with(&STANDARD.encode(format!("\0{user}\0{password}")));
                if is_known { "235 welcome\r\n" } else { "535 5.7.8 wrong password\r\n" }.to_owned()
            }
            "MAIL" if manners.credentials.is_some() && !is_known => "530 5.7.0 sign in first\r\n".to_owned(),
            "RCPT" if manners.is_busy => "451 try again later\r\n".to_owned(),
            "RCPT" if manners.denies_relay => "554 5.7.1 relay access denied\r\n".to_owned(),
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let is_unknown = recipient.starts_with("nobody");
                if is_unknown { format!("550 5.1.1 <{recipient}> no such user\r\n") } else { "250 ok\r\n".to_owned() }
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let mut mail = format!("{recipient}\n");
                let mut body = (&mut stream).lines();
                while let Some(line) = body.next_line().await.ok()?.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                shared.mails.lock().unwrap().push(mail);
                shared.until_let_go().await;
                if shared.loses_answer() {
                    return None;
                }
                "250 kept\r\n".to_owned()
            }
            "QUIT" => "221 bye\r\n".to_owned(),
            _ => "250 ok\r\n".to_owned(),
        };
        stream.write_all(reply.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
    }
    Some(())
}
