//! The SMTP server.

use std::time::Duration;

use aedile_accounts::mail::{Letter, MailError, Mailer};
use aedile_kernel::{Error, Result};
use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

use crate::letter::message;

/// How long the server may take.
const WITHIN: Duration = Duration::from_secs(20);

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `smtp://…` or `smtps://…`, perhaps with a user and a password.
    pub smtp_url: SecretString,
    /// Whom it is from, such as `Market <mail@market.example>`.
    pub from: String,
    /// Our own address, for links.
    pub public_url: String,
}

/// Mail by way of an SMTP server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    public_url: String,
}

impl SmtpMailer {
    /// A mailer; no connection is made yet.
    ///
    /// # Errors
    /// `Invalid` about `SMTP_URL` or `EMAIL_FROM`.
    pub fn new(config: &MailConfig) -> Result<Self> {
        let bad_url = |_| Error::invalid("SMTP_URL", "must be smtp://HOST:PORT or smtps://HOST");
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(config.smtp_url.expose_secret());
        let transport = transport.map_err(bad_url)?.timeout(Some(WITHIN)).build();
        let from = config.from.parse().map_err(|_| Error::invalid("EMAIL_FROM", "must be an e-mail address"))?;
        Ok(Self { transport, from, public_url: config.public_url.trim_end_matches('/').to_owned() })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> std::result::Result<(), MailError> {
        let message = message(letter, &self.from, &self.public_url)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(MailError::Never(error.into())),
            Err(error) => Err(MailError::Later(error.into())),
        }
    }
}
