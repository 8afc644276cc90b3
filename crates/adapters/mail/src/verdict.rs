//! What a mail server's refusal says: something about the recipient or the message, or only about the server and us.

use aedile_messaging::mail::MailError;
use lettre::transport::smtp::Error;

/// Where in the dialogue (RFC 5321) an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// To `MAIL`: about us.
    Sender,
    /// To `RCPT`.
    Recipient,
    /// To `DATA` and the message.
    Message,
}

/// Whom an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Server,
    Later,
    Never,
}

/// What an error in this phase means for the mail.
pub(crate) fn of(phase: Phase, error: Error) -> MailError {
    let code = error.status().and_then(|code| code.to_string().parse().ok());
    let verdict = code.map_or(Verdict::Server, |code| judge(phase, code, &error.to_string()));
    match verdict {
        Verdict::Server => MailError::Server(error.into()),
        Verdict::Later => MailError::Later(error.into()),
        Verdict::Never => MailError::Never(error.into()),
    }
}

/// Only a refusal of the recipient or the message is final. What is not clearly one counts as the server's trouble: a mail
/// that waits can still be sent, one that is given up is lost.
fn judge(phase: Phase, code: u16, text: &str) -> Verdict {
    let about_us = phase == Phase::Sender || is_about_us(code, text) || is_policy(phase, code, text);
    match code {
        _ if about_us => Verdict::Server,
        400..500 => Verdict::Later,
        550 | 551 | 552 | 553 | 554 | 556 => Verdict::Never,
        _ => Verdict::Server,
    }
}

/// Whether the server closes, wants us to sign in or to encrypt, or won't relay for us.
fn is_about_us(code: u16, text: &str) -> bool {
    const WORDS: [&str; 6] =
        ["relay", "authenticat", "not authorized", "not permitted to send", "starttls", "rcpthosts"];
    let text = text.to_lowercase();
    let enhanced = enhanced_status(&text);
    matches!(code, 421 | 454 | 500..=504 | 521 | 523 | 530 | 534 | 535 | 538)
        // RFC 3463: the sender's address, the mail system, and the protocol.
        || matches!(enhanced, Some((1, 7 | 8) | (3, 1..=3 | 5) | (5, _)))
        || WORDS.iter().any(|word| text.contains(word))
}

/// Whether a recipient is refused by a rule (RFC 3463 X.7.X) and not because there is no such mailbox: a block list, a
/// reputation. After the message the same code speaks of what it says.
fn is_policy(phase: Phase, code: u16, text: &str) -> bool {
    phase == Phase::Recipient && code >= 500 && matches!(enhanced_status(text), Some((7, _)))
}

/// The subject and the detail of an enhanced status code such as `5.1.1`.
fn enhanced_status(text: &str) -> Option<(u16, u16)> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '#' | '(' | ')' | ',' | ';')).find_map(|word| {
        let mut parts = word.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let is_status = matches!(class, "4" | "5") && parts.next().is_none();
        is_status.then_some(())?;
        Some((subject.parse().ok()?, detail.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::Phase::{Message, Recipient, Sender};
    use super::Verdict::{Later, Never, Server};
    use super::*;

    #[test]
    fn only_a_refusal_of_the_recipient_or_the_message_is_final() {
        for (phase, code, text, expected) in [
            (Recipient, 550, "550 5.1.1 <a@b.example>: no such user", Never),
            (Recipient, 550, "no such user here", Never),
            (Recipient, 551, "user not local", Never),
            (Recipient, 553, "mailbox name not allowed", Never),
            (Recipient, 552, "5.2.2 mailbox full", Never),
            (Recipient, 556, "domain does not accept mail", Never),
            (Message, 554, "5.7.1 message looks like spam", Never),
            (Message, 552, "5.3.4 message too big", Never),
            (Message, 550, "5.6.0 bad content", Never),
            (Recipient, 450, "4.7.1 greylisted, try again later", Later),
            (Recipient, 452, "4.2.2 mailbox full", Later),
            (Message, 451, "local error in processing", Later),
        ] {
            assert_eq!(judge(phase, code, text), expected, "{phase:?} {code} {text}");
        }
    }

    #[test]
    fn trouble_of_the_server_or_with_us_is_not() {
        for (phase, code, text) in [
            (Sender, 550, "5.7.1 sender rejected"),
            (Sender, 530, "5.7.0 must issue a STARTTLS command first"),
            (Sender, 552, "message size exceeds limit"),
            (Recipient, 421, "4.3.2 shutting down"),
            (Recipient, 550, "relaying denied"),
            (Recipient, 554, "5.7.1 <a@b.example>: Relay access denied"),
            (Recipient, 550, "5.7.1 Unable to relay"),
            (Recipient, 553, "sorry, that domain isn't in my list of allowed rcpthosts"),
            (Recipient, 530, "5.7.0 Authentication required"),
            (Recipient, 550, "authentication is required"),
            (Recipient, 554, "5.7.1 Service unavailable; Client host blocked using zen.example.org"),
            (Recipient, 550, "5.1.8 sender address rejected: domain not found"),
            (Recipient, 503, "5.5.1 bad sequence of commands"),
            (Recipient, 555, "parameters not recognized"),
            (Message, 503, "no valid recipients"),
            (Message, 554, "5.7.1 relay access denied"),
            (Message, 554, "5.3.2 system not accepting mail"),
        ] {
            assert_eq!(judge(phase, code, text), Server, "{phase:?} {code} {text}");
        }
    }

    #[test]
    fn an_enhanced_status_is_found_wherever_it_stands() {
        assert_eq!(enhanced_status("permanent error (550): 5.1.1 no such user"), Some((1, 1)));
        assert_eq!(enhanced_status("550-5.7.26 unauthenticated"), Some((7, 26)));
        for none in ["no such user", "10.5.1.1 is blocked", "5.1", "5.a.b"] {
            assert_eq!(enhanced_status(none), None, "{none}");
        }
    }
}
