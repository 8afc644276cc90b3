//! What a reader stumbled over, in words that know nothing of Rust.

use std::borrow::Cow;

use crate::error::FieldError;

/// A path or a value of the caller's is not repeated farther than this many characters.
const LONGEST: usize = 100;

/// The first thing that a reader stumbled over.
pub(super) struct Complaint {
    path: String,
    kind: Kind,
}

enum Kind {
    /// A sentence of ours about the value at the path.
    Ours(String),
    /// About the value at the path, in general terms.
    General(&'static str),
    /// About a field below the path.
    Field(String, &'static str),
}

/// How remarks of serde and of the standard library begin, and what we say instead.
const BELOW: [(&str, &str); 3] = [
    ("missing field `", "is required"),
    ("unknown field `", "is not a known field"),
    ("duplicate field `", "is given more than once"),
];
const AT: [(&str, &str); 10] = [
    ("invalid digit ", "must be an integer"),
    ("cannot parse integer ", "must be an integer"),
    ("number too ", "is out of range"),
    ("invalid float ", "must be a number"),
    ("cannot parse float ", "must be a number"),
    ("provided string was not `true`", "must be true or false"),
    ("invalid type: ", "is of a type that is not accepted"),
    ("invalid value: ", "is out of range"),
    ("invalid length ", "has too few or too many items"),
    ("unknown variant ", "is not one of the accepted values"),
];

impl Complaint {
    /// What the reader says of the value at `path`, whose segments stand between dots.
    pub(super) fn of(path: String, error: &str) -> Self {
        let path = if path == "." { String::new() } else { path };
        let below =
            BELOW.iter().find_map(|(start, words)| Some((error.strip_prefix(start)?.split('`').next()?, *words)));
        let kind = match (below, AT.iter().find(|(start, _)| error.starts_with(start))) {
            (Some((name, words)), _) => Kind::Field(name.to_owned(), words),
            (None, Some((_, words))) => Kind::General(words),
            (None, None) => Kind::Ours(without_field(error).to_owned()),
        };
        Self { path, kind }
    }

    /// Whether it says more than a schema would.
    pub(super) const fn is_ours(&self) -> bool {
        matches!(self.kind, Kind::Ours(_))
    }

    /// The field and what is wrong with it; `place` where it is about the whole.
    pub(super) fn into_field(self, place: &'static str) -> FieldError {
        let (path, message): (String, Cow<'static, str>) = match self.kind {
            Kind::Ours(sentence) => (self.path, cut(&sentence).into()),
            Kind::General(words) => (self.path, words.into()),
            Kind::Field(name, words) if self.path.is_empty() || self.path.ends_with(&name) => (name, words.into()),
            Kind::Field(name, words) => (format!("{}.{name}", self.path), words.into()),
        };
        let field = if path.is_empty() { place.into() } else { cut(&path).into() };
        FieldError { field, message }
    }
}

/// The text, no longer than is of use.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A rule of ours that speaks of its own field says so first; where the value stands is known better.
fn without_field(sentence: &str) -> &str {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    sentence.split_once(": ").filter(|(name, _)| is_name(name)).map_or(sentence, |(_, rest)| rest)
}

/// What the reader says, without where in the text it stood.
pub(super) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}
