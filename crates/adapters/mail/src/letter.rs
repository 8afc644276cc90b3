//! A letter as a message.

use aedile_accounts::mail::{Letter, MailError};
use aedile_kernel::email;
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

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

/// The message of a letter, from this sender; unsubscribe links begin with `base`.
pub(crate) fn message(letter: &Letter, from: &Mailbox, base: &str) -> Result<Message, MailError> {
    let to: Mailbox = Mailbox::new(None, email::in_ascii(&letter.to).parse().map_err(never)?);
    let id = format!("<{}@{}>", letter.key, from.email.domain());
    let mut builder =
        Message::builder().from(from.clone()).to(to).subject(&letter.subject).message_id(Some(id)).date_now();
    let link = letter.unsubscribe_token.as_ref().map(|token| format!("{base}/v1/unsubscribe/{token}"));
    if let Some(link) = &link {
        builder = builder
            .header(ListUnsubscribe(format!("<{link}>")))
            .header(ListUnsubscribePost("List-Unsubscribe=One-Click".to_owned()));
    }
    let footer = |text: &str| match &link {
        Some(link) => format!("{text}\n\n--\nTo get no more mail like this: {link}\n"),
        None => text.to_owned(),
    };
    let text = SinglePart::plain(footer(&letter.text));
    let built = match &letter.html {
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

fn never(error: impl std::error::Error + Send + Sync + 'static) -> MailError {
    MailError::Never(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(token: Option<&str>, html: Option<&str>) -> Letter {
        Letter {
            key: "mail-7".into(),
            to: "ada@example.com".into(),
            subject: "Grüße".into(),
            text: "Hello".into(),
            html: html.map(str::to_owned),
            unsubscribe_token: token.map(str::to_owned),
        }
    }

    fn written(letter: &Letter) -> String {
        let from: Mailbox = "Aedile <mail@market.example>".parse().unwrap();
        String::from_utf8(message(letter, &from, "https://market.example").unwrap().formatted()).unwrap()
    }

    #[test]
    fn marketing_can_be_left_by_one_click() {
        let text = written(&letter(Some("abc"), Some("<p>Hello</p>")));
        assert!(text.contains("List-Unsubscribe: <https://market.example/v1/unsubscribe/abc>\r\n"), "{text}");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        assert!(
            text.contains("multipart/alternative") && text.contains("Message-ID: <mail-7@market.example>"),
            "{text}"
        );
    }

    #[test]
    fn other_mail_has_no_list_to_leave() {
        let text = written(&letter(None, None));
        assert!(!text.contains("List-Unsubscribe") && text.contains("text/plain"), "{text}");
    }

    #[test]
    fn an_address_that_is_none_is_refused_for_good() {
        let from: Mailbox = "mail@market.example".parse().unwrap();
        let bad = Letter { to: "a@b\r\nBcc: c@d.example".into(), ..letter(None, None) };
        assert!(matches!(message(&bad, &from, ""), Err(MailError::Never(_))));
    }
}
