//! A value on a page.

use aedile_kernel::{MicroUsd, Timestamp, UserId};

use super::Link;

/// How something is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Neutral,
    Good,
    Warning,
    Bad,
}

impl Tone {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// A value on a page.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Nothing,
    Text(String),
    /// A name that machines know.
    Code(String),
    Number(i64),
    Time(Timestamp),
    Link(Link),
    /// What can be done with a row.
    Links(Vec<Link>),
    Badge(Tone, String),
    /// A before and an after.
    Change(String, String),
}

impl Cell {
    /// Where a user's page is, under a name for them.
    pub(crate) fn user(id: &UserId, name: Option<&str>) -> Self {
        Self::Link(Link::new(name.unwrap_or(id.as_str()), super::address(&["dashboard", "users", id.as_str()], &[])))
    }

    /// The number of a thing, which leads to its page below `area`.
    pub(crate) fn numbered(number: i64, area: &[&str]) -> Self {
        let text = number.to_string();
        let href = super::address(&[&["dashboard"], area, &[text.as_str()]].concat(), &[]);
        Self::Link(Link::new(text, href))
    }

    /// Yes, or nothing to say.
    pub(crate) fn tick(is_so: bool, yes: &str) -> Self {
        if is_so { Self::Badge(Tone::Neutral, yes.to_owned()) } else { Self::Nothing }
    }

    /// On or off.
    pub(crate) fn switch(is_on: bool) -> Self {
        if is_on { Self::Badge(Tone::Good, "on".to_owned()) } else { Self::Badge(Tone::Neutral, "off".to_owned()) }
    }

    /// A state, toned by what its name says.
    pub(crate) fn state(name: &str) -> Self {
        let tone = match name {
            "active" | "success" | "succeeded" | "sent" | "approved" | "completed" | "published" | "resolved_legit" => {
                Tone::Good
            }
            "held" | "failed" | "failure" | "denied" | "rejected" | "resolved_fraud" | "critical" | "deleted" => {
                Tone::Bad
            }
            "open" | "pending" | "pending_deletion" | "sandbox" | "warning" | "frozen" | "deferred" => Tone::Warning,
            _ => Tone::Neutral,
        };
        Self::Badge(tone, super::words(name))
    }

    /// An amount of US dollars.
    pub(crate) fn dollars(amount: MicroUsd) -> Self {
        Self::Text(dollars(amount))
    }

    /// An amount of US dollars in hundredths.
    pub(crate) fn cents(cents: i64) -> Self {
        Self::Text(cents_text(cents))
    }
}

/// Hundredths of a US dollar as people read them, such as `$1,234.50`.
pub(crate) fn cents_text(cents: i64) -> String {
    let (sign, cents) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
    let whole = (cents / 100).to_string();
    let places = whole.len();
    let grouped = whole.chars().enumerate().fold(String::new(), |mut text, (at, digit)| {
        if at > 0 && (places - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
        text
    });
    format!("{sign}${grouped}.{:02}", cents % 100)
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Cell {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

impl From<Link> for Cell {
    fn from(link: Link) -> Self {
        Self::Link(link)
    }
}

impl From<Vec<Link>> for Cell {
    fn from(links: Vec<Link>) -> Self {
        if links.is_empty() { Self::Nothing } else { Self::Links(links) }
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// US dollars as people write them: to the cent, and finer where the amount is.
pub(crate) fn dollars(amount: MicroUsd) -> String {
    let text = amount.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{sign}${whole}.{fraction:0<2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (cents, text) in [(0, "$0.00"), (5, "$0.05"), (123_450, "$1,234.50"), (-100_000_000, "-$1,000,000.00")] {
            assert_eq!(cents_text(cents), text);
        }
    }

    #[test]
    fn dollars_have_cents() {
        for (micros, text) in [(0, "$0.00"), (12_500_000, "$12.50"), (-1_370_000, "-$1.37"), (1, "$0.000001")] {
            assert_eq!(dollars(MicroUsd(micros)), text);
        }
    }
}
