//! The SMTP server.

use std::time::Duration;

use aedile_kernel::{Error, Result};
use aedile_messaging::mail::{HoldsLease, MailError, Mailer, OutgoingEmail, RENEW_LEASE_EVERY};
use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::{interval, timeout};

use crate::message::{ascii_domain, message};
use crate::server::Server;
use crate::verdict::{self, Phase};

/// How long the server may take to answer a command.
const COMMAND_WITHIN: Duration = Duration::from_secs(60);
/// How long the server may take to answer a whole message (RFC 5321 §4.5.3.2.6): who gives up earlier sends it twice.
const MESSAGE_WITHIN: Duration = Duration::from_secs(600);

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `smtp://…` or `smtps://…`, with a user and a password where the server asks for them.
    pub smtp_url: SecretString,
    /// Whether the password may be sent over a connection that is not encrypted.
    pub allow_clear_password: bool,
    /// The sender, such as `Market <mail@market.example>`.
    pub from: String,
    /// Our own address, for links.
    pub public_url: String,
}

/// Sends mail through an SMTP server, over one connection that is kept.
pub struct SmtpMailer {
    server: Server,
    from: Mailbox,
    public_url: String,
    connection: Mutex<Option<AsyncSmtpConnection>>,
}

impl SmtpMailer {
    /// A mailer; no connection is made yet.
    ///
    /// # Errors
    /// `Invalid` about `SMTP_URL` or `EMAIL_FROM`.
    pub fn new(config: &MailConfig) -> Result<Self> {
        let bad_from =
            || Error::invalid("EMAIL_FROM", "must be an e-mail address such as Market <mail@market.example>");
        let from: Mailbox = config.from.parse().map_err(|_| bad_from())?;
        let email = ascii_domain(from.email.as_ref()).map_err(|_| bad_from())?;
        Ok(Self {
            server: Server::parse(config.smtp_url.expose_secret(), config.allow_clear_password)?,
            from: Mailbox { email, ..from },
            public_url: config.public_url.trim_end_matches('/').to_owned(),
            connection: Mutex::new(None),
        })
    }

    async fn deliver(&self, message: &Message) -> Result<(), MailError> {
        let mut kept = self.connection.lock().await;
        let mut connection = match still_open(kept.take()).await {
            Some(connection) => connection,
            None => self.server.connect().await.map_err(MailError::Server)?,
        };
        // Kept only when all went well: after an error nobody knows how much of the answer is still to come.
        let delivered = transact(&mut connection, message).await;
        if delivered.is_ok() {
            *kept = Some(connection);
        } else {
            timeout(COMMAND_WITHIN, connection.abort()).await.ok();
        }
        delivered
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, email: &OutgoingEmail, lease: &dyn HoldsLease) -> Result<(), MailError> {
        let message = message(email, &self.from, &self.public_url)?;
        tokio::select! {
            delivered = self.deliver(&message) => delivered,
            () = until_lost(lease) => Err(MailError::Server("another worker took the mail".into())),
        }
    }
}

/// Renews the lease again and again; ends when it is another worker's.
async fn until_lost(lease: &dyn HoldsLease) {
    let mut ticks = interval(RENEW_LEASE_EVERY);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if !lease.renew().await {
            return;
        }
    }
}

/// The connection of the mail before, if the server has not closed it since.
async fn still_open(connection: Option<AsyncSmtpConnection>) -> Option<AsyncSmtpConnection> {
    let mut connection = connection?;
    let is_open = timeout(COMMAND_WITHIN, connection.test_connected()).await.unwrap_or(false);
    is_open.then_some(connection)
}

async fn transact(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), MailError> {
    let (envelope, bytes) = (message.envelope(), message.formatted());
    let [to] = envelope.to() else { return Err(MailError::Never("not one recipient".into())) };
    let mail = Mail::new(envelope.from().cloned(), parameters(connection, envelope.from(), to, &bytes)?);
    answered(COMMAND_WITHIN, connection.command(mail), Phase::Sender).await?;
    answered(COMMAND_WITHIN, connection.command(Rcpt::new(to.clone(), Vec::new())), Phase::Recipient).await?;
    answered(COMMAND_WITHIN, connection.command(Data), Phase::Message).await?;
    answered(MESSAGE_WITHIN, connection.message(&bytes), Phase::Message).await
}

/// What the message needs of the server beyond plain ASCII.
fn parameters(
    connection: &AsyncSmtpConnection,
    from: Option<&Address>,
    to: &Address,
    bytes: &[u8],
) -> Result<Vec<MailParameter>, MailError> {
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    let server = connection.server_info();
    let mut parameters = Vec::new();
    if !from.is_none_or(is_ascii) || !is_ascii(to) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            let why = "the address has letters beyond ASCII, which this mail server does not take (SMTPUTF8)";
            return Err(MailError::Never(why.into()));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() {
        if !server.supports_feature(Extension::EightBitMime) {
            return Err(MailError::Never("this mail server takes no text beyond ASCII (8BITMIME)".into()));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}

async fn answered(
    within: Duration,
    command: impl Future<Output = Result<Response, lettre::transport::smtp::Error>>,
    phase: Phase,
) -> Result<(), MailError> {
    match timeout(within, command).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(verdict::of(phase, error)),
        Err(_) => Err(MailError::Server(format!("no answer within {} s", within.as_secs()).into())),
    }
}
