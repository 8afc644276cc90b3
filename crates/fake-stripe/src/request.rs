//! A request to the API, and its answer.

use serde_json::{Value, json};

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// It only reads.
    Get,
    /// It adds or changes something.
    Post,
}

/// A request, as it arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it does.
    pub verb: Verb,
    /// The path after `/v1/`, without the query.
    pub path: String,
    /// The query of a `Get`, the form of a `Post`.
    pub params: Params,
    /// The secret key.
    pub secret: Option<String>,
    /// The header `Idempotency-Key`.
    pub key: Option<String>,
    /// The header `Stripe-Version`.
    pub version: Option<String>,
}

impl Request {
    /// The key, if what it does is done once for it.
    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        self.key.as_deref().filter(|_| self.verb == Verb::Post)
    }
}

/// The parameters of a request, in the order they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(pub Vec<(String, String)>);

impl Params {
    /// The first value of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The first value of this name, if it is a whole number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// Every value of this name, or of a list of this name: `types`, `types[]` and `types[0]`.
    pub fn all<'a, 'b>(&'a self, name: &'b str) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
        let is_wanted = move |key: &str| {
            key.strip_prefix(name).is_some_and(|index| {
                let digits = index.strip_prefix('[').and_then(|index| index.strip_suffix(']'));
                index.is_empty() || digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            })
        };
        self.0.iter().filter(move |(key, _)| is_wanted(key)).map(|(_, value)| value.as_str())
    }

    /// What stands under `prefix[NAME]`, such as `metadata[purchase]`.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Metadata {
        let name = |key: &str| Some(key.strip_prefix(prefix)?.strip_prefix('[')?.strip_suffix(']')?.to_owned());
        self.0.iter().filter_map(|(key, value)| Some((name(key)?, value.clone()))).collect()
    }
}

/// What an account may attach to an object.
pub type Metadata = std::collections::BTreeMap<String, String>;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// Whether it is the answer that was first given under the same idempotency key.
    pub is_replayed: bool,
}

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, body, is_replayed: false }
    }

    pub(crate) fn error(status: u16, kind: &str, code: &str, message: &str) -> Self {
        let error = json!({ "type": kind, "code": code, "message": message });
        Self { status, body: json!({ "error": error }), is_replayed: false }
    }

    pub(crate) fn refusal(code: &str, message: &str) -> Self {
        Self::error(400, "invalid_request_error", code, message)
    }

    pub(crate) fn missing(what: &str, id: &str) -> Self {
        Self::error(404, "invalid_request_error", "resource_missing", &format!("No such {what}: '{id}'"))
    }

    /// An error of Stripe's own, with this status.
    pub(crate) fn trouble(status: u16) -> Self {
        let (kind, message) = match status {
            401 => ("invalid_request_error", "Invalid API Key provided: sk_test_********"),
            402 => ("card_error", "The parameters were valid but the request failed."),
            403 => ("invalid_request_error", "The provided key does not have access."),
            400 => ("idempotency_error", "Keys for idempotent requests can only be used with the same parameters."),
            409 => ("idempotency_error", "There is currently another in-progress request using this Idempotent Key."),
            424 => ("api_error", "The request couldn't be completed due to a failure in an external dependency."),
            429 => ("invalid_request_error", "Request rate limit exceeded."),
            _ => ("api_error", "An unknown error occurred"),
        };
        Self::error(status, kind, "", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_maps_are_read_from_their_names() {
        let params = [("types[]", "a"), ("types[1]", "b"), ("types", "c"), ("types_of", "d"), ("metadata[x]", "1")];
        let params = Params(params.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(params.all("types").collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(params.under("metadata"), Metadata::from([("x".to_owned(), "1".to_owned())]));
    }
}
