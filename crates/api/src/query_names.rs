//! The names that a route's query may use. A misspelt filter must not read as no filter at all.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::http::Method;
use aedile_kernel::{Error, FieldError};
use serde_json::Value;

use crate::api_family::ApiFamily;
use crate::call::AuthenticatedRequest;
use crate::openapi::Contract;
use crate::refusal::Refusal;

/// The longest name that is repeated.
const LONGEST: usize = 100;

/// The names that a query may use; `None` where any will do.
#[derive(Clone)]
pub(crate) struct QueryNames(Option<Arc<[String]>>);

impl QueryNames {
    /// The names in the query's type; none where a route reads no query, any where it ignores it or the type is no object.
    pub(crate) fn of(contract: &Contract) -> Self {
        if contract.is_query_foreign {
            return Self(None);
        }
        let Some(schema) = contract.asked_in_query() else { return Self(Some(Arc::new([]))) };
        let names = schema.get("properties").and_then(Value::as_object);
        Self(names.map(|names| names.keys().cloned().collect()))
    }

    /// Refuses a GET or HEAD request with a name that the route does not know.
    pub(crate) fn allow<D: ApiFamily>(&self, visit: &AuthenticatedRequest<D>) -> Result<(), Refusal> {
        if !matches!(*visit.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        let unknown = self.unknown_in(visit.query_string());
        if unknown.is_empty() { Ok(()) } else { Err(Error::Invalid(unknown).into()) }
    }

    fn unknown_in(&self, query: &str) -> Vec<FieldError> {
        let Some(known) = &self.0 else { return Vec::new() };
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let mut unknown: Vec<FieldError> = Vec::new();
        for (name, _) in pairs {
            let field: String = name.chars().take(LONGEST).collect();
            if !known.iter().any(|known| *known == name) && !unknown.iter().any(|told| told.field == field) {
                unknown.push(FieldError { field: field.into(), message: self.message() });
            }
        }
        unknown
    }

    fn message(&self) -> Cow<'static, str> {
        match self.0.as_deref() {
            None | Some([]) => "is not a known query parameter; there are none here".into(),
            Some(known) => format!("is not a known query parameter; there are {}", known.join(", ")).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> QueryNames {
        QueryNames(Some(names.iter().map(|name| (*name).to_owned()).collect()))
    }

    fn unknown(names: &QueryNames, query: &str) -> Vec<String> {
        names.unknown_in(query).into_iter().map(|told| told.field.into_owned()).collect()
    }

    #[test]
    fn each_unknown_name_is_told_once() {
        let known = names(&["limit", "q"]);
        assert!(unknown(&known, "").is_empty() && unknown(&known, "limit=1&q=&%71=x").is_empty());
        assert_eq!(unknown(&known, "limt=1&limit=2&limt=3&Q=4"), ["limt", "Q"]);
        assert_eq!(unknown(&known, "a%20b"), ["a b"]);
        assert_eq!(unknown(&names(&[]), "limit=1"), ["limit"]);
        assert!(unknown(&QueryNames(None), "anything=1").is_empty());
        let told = known.unknown_in("limt=1").remove(0);
        assert_eq!(told.message, "is not a known query parameter; there are limit, q");
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(unknown(&names(&[]), &"x".repeat(5_000)), ["x".repeat(100)]);
    }
}
