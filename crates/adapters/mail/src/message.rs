//! An e-mail as a message.

use aedile_kernel::event::PUBLIC_URL;
use aedile_messaging::mail::{MailError, OutgoingEmail};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

macro_rules! header {
    ($(#[$doc:meta])* $type:ident = $name:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $type(String);

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                // Nothing but a URL of ours and fixed words: folding would break it.
                HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
            }
        }
    };
}

header! {
    /// Where to be taken off the list (RFC 2369).
    ListUnsubscribe = "List-Unsubscribe"
}
header! {
    /// That one click is enough (RFC 8058).
    ListUnsubscribePost = "List-Unsubscribe-Post"
}

/// The message of an e-mail from this sender; unsubscribe links begin with `base`.
pub(crate) fn message(email: &OutgoingEmail, from: &Mailbox, base: &str) -> Result<Message, MailError> {
    let to: Mailbox = Mailbox::new(None, ascii_domain(&email.to).map_err(never)?);
    let id = format!("<{}@{}>", email.message_id, from.email.domain());
    let mut builder =
        Message::builder().from(from.clone()).to(to).subject(&email.subject).message_id(Some(id)).date_now();
    let link = email.unsubscribe_token.as_ref().map(|token| format!("{base}/v1/unsubscribe/{token}"));
    if let Some(link) = &link {
        builder = builder
            .header(ListUnsubscribe(format!("<{link}>")))
            .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
    }
    let footer = |text: &str| match &link {
        Some(link) => format!("{text}\n\n--\nTo get no more mail like this: {link}\n"),
        None => text.to_owned(),
    };
    let text = SinglePart::plain(footer(&email.text.replace(PUBLIC_URL, base)));
    let built = match &email.html {
        None => builder.singlepart(text),
        Some(html) => {
            let link = link.as_ref().map_or_else(String::new, |link| {
                format!("<hr><p><a href=\"{link}\">Get no more mail like this</a></p>")
            });
            let html = SinglePart::html(format!("{html}{link}"));
            builder.multipart(MultiPart::alternative().singlepart(text).singlepart(html))
        }
    };
    built.map_err(never)
}

/// The address with its domain as DNS has it (RFC 5890), which any mail server takes.
pub(crate) fn ascii_domain(text: &str) -> Result<Address, Box<dyn std::error::Error + Send + Sync>> {
    let address: Address = text.parse()?;
    let domain = idna::domain_to_ascii(address.domain())?;
    Ok(Address::new(address.user(), domain)?)
}

fn never(error: impl Into<aedile_kernel::error::Cause>) -> MailError {
    MailError::Never(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(token: Option<&str>, html: Option<&str>) -> OutgoingEmail {
        OutgoingEmail {
            message_id: "7c6a".into(),
            to: "ada@example.com".into(),
            subject: "Grüße".into(),
            text: "Hello".into(),
            html: html.map(str::to_owned),
            unsubscribe_token: token.map(str::to_owned),
        }
    }

    fn written(email: &OutgoingEmail) -> String {
        let from: Mailbox = "Aedile <mail@market.example>".parse().unwrap();
        String::from_utf8(message(email, &from, "https://market.example").unwrap().formatted()).unwrap()
    }

    #[test]
    fn marketing_can_be_left_by_one_click() {
        let text = written(&email(Some("abc"), Some("<p>Hello</p>")));
        assert!(text.contains("List-Unsubscribe: <https://market.example/v1/unsubscribe/abc>\r\n"), "{text}");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        assert!(text.contains("multipart/alternative") && text.contains("Message-ID: <7c6a@market.example>"), "{text}");
    }

    #[test]
    fn other_mail_has_no_list_to_leave() {
        let text = written(&email(None, None));
        assert!(!text.contains("List-Unsubscribe") && text.contains("text/plain"), "{text}");
    }

    #[test]
    fn an_address_that_is_none_is_refused_for_good() {
        let from: Mailbox = "mail@market.example".parse().unwrap();
        let bad = OutgoingEmail { to: "a@b\r\nBcc: c@d.example".into(), ..email(None, None) };
        assert!(matches!(message(&bad, &from, ""), Err(MailError::Never(_))));
    }

    #[test]
    fn a_domain_beyond_ascii_is_written_as_dns_has_it() {
        assert_eq!(ascii_domain("ada@bücher.example").unwrap().to_string(), "ada@xn--bcher-kva.example");
        assert_eq!(ascii_domain("bücher@market.example").unwrap().to_string(), "bücher@market.example");
    }
}
