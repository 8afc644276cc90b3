//! Which SMTP server, and how it is reached.

use std::time::Duration;

use aedile_kernel::error::Cause;
use aedile_kernel::{Error, Result};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use url::{Host, Url};

/// How long it may take to connect, encrypt and sign in.
const CONNECT_WITHIN: Duration = Duration::from_secs(30);
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// Whether the connection is encrypted.
#[derive(Clone)]
enum Encryption {
    /// From the first byte (`smtps://`).
    Wrapped(TlsParameters),
    /// By STARTTLS, which must be offered.
    Required(TlsParameters),
    /// By STARTTLS when it is offered.
    WhenOffered(TlsParameters),
    /// Not at all.
    Never,
}

/// A mail server.
pub(crate) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    allow_clear_password: bool,
    hello: ClientId,
}

impl Server {
    /// Reads `smtp://USER:PASSWORD@HOST:PORT?tls=…` or `smtps://…`. A path is the name to say in `EHLO`.
    ///
    /// # Errors
    /// `Invalid` about `SMTP_URL`; the text is not repeated, for there may be a password in it.
    pub(crate) fn parse(text: &str, allow_clear_password: bool) -> Result<Self> {
        let url = Url::parse(text).map_err(|_| bad("must be smtp://HOST:PORT or smtps://USER:PASSWORD@HOST"))?;
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return Err(bad("must name a host, as in smtp://HOST:PORT")),
        };
        let (encryption, usual_port) = encryption(&url, &host)?;
        let name = url.path().trim_matches('/');
        Ok(Self {
            port: url.port().unwrap_or(usual_port),
            host,
            encryption,
            credentials: credentials(&url)?,
            allow_clear_password,
            hello: if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) },
        })
    }

    /// A connection that is ready to take mail.
    pub(crate) async fn connect(&self) -> Result<AsyncSmtpConnection, Cause> {
        let connected = timeout(CONNECT_WITHIN, self.open()).await;
        connected.unwrap_or_else(|_| Err(format!("no connection within {} s", CONNECT_WITHIN.as_secs()).into()))
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Cause> {
        let wrapped = match &self.encryption {
            Encryption::Wrapped(tls) => Some(tls.clone()),
            _ => None,
        };
        let to = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(to, Some(CONNECT_WITHIN), &self.hello, wrapped, None).await?;
        match &self.encryption {
            Encryption::Required(_) if !connection.can_starttls() => {
                return Err("it does not offer STARTTLS, which SMTP_URL requires".into());
            }
            Encryption::Required(tls) => connection.starttls(tls.clone(), &self.hello).await?,
            Encryption::WhenOffered(tls) if connection.can_starttls() => {
                connection.starttls(tls.clone(), &self.hello).await?;
            }
            Encryption::Wrapped(_) | Encryption::WhenOffered(_) | Encryption::Never => {}
        }
        self.sign_in(&mut connection).await?;
        Ok(connection)
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Cause> {
        let Some(credentials) = &self.credentials else { return Ok(()) };
        if !connection.is_encrypted() && !self.allow_clear_password {
            let why =
                "the connection is not encrypted, and the password is not sent in clear; see SMTP_ALLOW_CLEAR_PASSWORD";
            return Err(why.into());
        }
        let signed_in = connection.auth(&MECHANISMS, credentials).await;
        signed_in.map(drop).map_err(|error| format!("signing in failed: {error}").into())
    }
}

/// How the connection is encrypted, with the usual port for that.
fn encryption(url: &Url, host: &str) -> Result<(Encryption, u16)> {
    let mut wanted = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" || wanted.is_some() {
            return Err(bad("has a parameter other than tls"));
        }
        wanted = Some(value.into_owned());
    }
    let tls = || TlsParameters::new(host.to_owned()).map_err(Error::internal);
    match (url.scheme(), wanted.as_deref()) {
        ("smtps", None | Some("required")) => Ok((Encryption::Wrapped(tls()?), 465)),
        ("smtp", Some("required")) => Ok((Encryption::Required(tls()?), 587)),
        ("smtp", None) => Ok((Encryption::WhenOffered(tls()?), 25)),
        ("smtp", Some("opportunistic")) => Ok((Encryption::WhenOffered(tls()?), 587)),
        ("smtp", Some("none")) => Ok((Encryption::Never, 25)),
        ("smtp" | "smtps", _) => Err(bad("tls must be required, opportunistic or none; smtps:// is always encrypted")),
        _ => Err(bad("must begin with smtp:// or smtps://")),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
        text.map_err(|_| bad("user and password must be UTF-8"))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(bad("must have both a user and a password, or neither")),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

fn bad(why: &'static str) -> Error {
    Error::invalid("SMTP_URL", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Server {
        Server::parse(url, false).unwrap()
    }

    #[test]
    fn the_url_says_how_the_server_is_reached() {
        for (url, port, expected) in [
            ("smtp://mail.example", 25, "when offered"),
            ("smtp://mail.example:2525?tls=opportunistic", 2525, "when offered"),
            ("smtp://mail.example?tls=required", 587, "required"),
            ("smtps://mail.example", 465, "wrapped"),
            ("smtps://mail.example?tls=required", 465, "wrapped"),
            ("smtp://mail.example?tls=none", 25, "never"),
        ] {
            let server = parsed(url);
            let encryption = match server.encryption {
                Encryption::Wrapped(_) => "wrapped",
                Encryption::Required(_) => "required",
                Encryption::WhenOffered(_) => "when offered",
                Encryption::Never => "never",
            };
            assert_eq!((server.port, encryption), (port, expected), "{url}");
        }
        assert_eq!(parsed("smtp://[::1]:25").host, "::1");
        assert!(parsed("smtps://a%40b:p%25@mail.example").credentials.is_some());
    }

    #[test]
    fn what_cannot_be_meant_is_refused_without_the_password() {
        for url in [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://mail.example?tls=maybe",
            "smtps://mail.example?tls=none",
            "smtp://mail.example?tsl=required",
            "smtp://user@mail.example",
            "smtp://:s3cret@mail.example",
        ] {
            let Err(error) = Server::parse(url, false) else { panic!("{url} was taken") };
            let text = error.to_string();
            assert!(text.contains("SMTP_URL") && !text.contains("s3cret"), "{url}: {text}");
        }
    }
}
