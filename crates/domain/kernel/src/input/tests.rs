use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::error::FieldError;
use crate::id::UserId;
use crate::money::MicroUsd;
use crate::page::PageRequest;
use crate::time::Timestamp;

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Icon {
    Code,
    Rocket,
}

/// As schemas have it where each choice is explained.
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Reason {
    /// Somebody lied.
    Fraud,
    /// Nobody did.
    Legitimate,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Inner {
    #[serde(default)]
    #[schemars(range(min = 1, max = 5))]
    rank: Option<u32>,
    name: String,
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    name: String,
    icon: Icon,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(default)]
    count: Option<u32>,
    #[serde(default)]
    enabled: bool,
    #[serde(default)]
    until: Option<Timestamp>,
    #[serde(default)]
    amount: Option<MicroUsd>,
    #[serde(default)]
    owner: Option<UserId>,
    #[serde(default)]
    inner: Option<Inner>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    page: PageRequest,
}

fn fields(refused: Result<Input>) -> Vec<(String, String)> {
    let Err(Error::Invalid(fields)) = refused else { panic!("{refused:?}") };
    let pair = |FieldError { field, message }: FieldError| (field.into_owned(), message.into_owned());
    let mut fields: Vec<_> = fields.into_iter().map(pair).collect();
    fields.sort();
    fields
}

/// What is refused, the same way from text and from a value.
fn refused(json: &Value) -> Vec<(String, String)> {
    let from_text = fields(from_slice("body", json.to_string().as_bytes()));
    assert_eq!(from_text, fields(from_value("body", json)), "{json}");
    from_text
}

fn with(field: &str, value: Value) -> Value {
    let mut input = json!({ "name": "a", "icon": "code" });
    input[field] = value;
    input
}

#[test]
fn what_fits_is_read() {
    let input: Input = from_value("body", &with("inner", json!({ "rank": 3, "name": "b" }))).unwrap();
    assert_eq!((input.name.as_str(), input.inner.unwrap().rank), ("a", Some(3)));
    assert!(from_slice::<Input>("body", br#" {"name": "a", "icon": "rocket"} "#).is_ok());
}

#[test]
fn a_wrong_value_is_told_by_its_field_and_what_it_must_be() {
    for (field, value, told, message) in [
        ("name", json!(7), "name", "must be a string"),
        ("icon", json!("dog"), "icon", "must be one of code, rocket"),
        ("icon", json!([]), "icon", "must be a string"),
        ("reason", json!("x"), "reason", "must be one of fraud, legitimate"),
        ("count", json!("7"), "count", "must be an integer"),
        ("count", json!(-1), "count", "must be at least 0"),
        ("count", json!(5_000_000_000_u64), "count", "is out of range"),
        ("enabled", json!(1), "enabled", "must be true or false"),
        ("enabled", json!(null), "enabled", "must be true or false"),
        ("until", json!("tomorrow"), "until", "must be an ISO 8601 date and time, such as 2026-01-15T10:30:00Z"),
        ("owner", json!("a b"), "owner", "must be 1 to 128 visible ASCII characters"),
        ("amount", json!("1.1234567"), "amount", "must be a number with at most 6 decimals"),
        ("inner", json!(["b"]), "inner", "must be an object"),
        ("inner", json!({ "name": 1 }), "inner.name", "must be a string"),
        ("inner", json!({}), "inner.name", "is required"),
        ("tags", json!("x"), "tags", "must be a list"),
        ("tags", json!(["x", 1]), "tags[1]", "must be a string"),
        ("page", json!([]), "page", "must be an object"),
        ("page", json!({ "limit": 101 }), "page.limit", "must be at most 100"),
        ("is_admin", json!(true), "is_admin", "is not a known field"),
    ] {
        assert_eq!(refused(&with(field, value.clone())), [(told.to_owned(), message.to_owned())], "{field} = {value}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let told = refused(&json!({ "icon": "dog", "count": "x", "until": "?", "inner": { "x": 1 }, "y": 2 }));
    let names: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(names, ["count", "icon", "inner.name", "inner.x", "name", "until", "y"]);
}

#[test]
fn only_objects_are_objects() {
    for whole in [json!([]), json!(["a", "code"]), json!("x"), json!(7), json!(null), json!(true)] {
        assert_eq!(refused(&whole), [("body".to_owned(), "must be an object".to_owned())], "{whole}");
    }
}

#[test]
fn what_is_no_json_is_told_by_its_place() {
    for bad in ["", "{", "{}x", "{\"name\": }", "nonsense", "{\"name\": \"\\ud800\"}"] {
        let told = fields(from_slice("body", bad.as_bytes()));
        assert_eq!(told.len(), 1, "{bad}");
        assert!(told[0].0 == "body" && told[0].1.starts_with("is not valid JSON: "), "{told:?}");
    }
}

#[test]
fn a_field_that_is_given_twice_is_refused() {
    let twice = br#"{"name": "a", "name": "b", "icon": "code"}"#;
    let told = fields(from_slice("body", twice));
    assert_eq!(told, [("name".to_owned(), "is given more than once".to_owned())]);
}

#[test]
fn no_words_of_rust_and_no_long_values_come_back() {
    let long = "x".repeat(100_000);
    for bad in
        [with("icon", json!(long)), with(&long, json!(1)), with("until", json!(long)), with("name", json!([long]))]
    {
        let (field, message) = refused(&bad).remove(0);
        assert!(field.len() + message.len() < 300, "{field}: {message}");
        for word in ["struct", "enum", "variant", "u32", "sequence", "map", "expected"] {
            assert!(!message.contains(word), "{message}");
        }
    }
    let many: Map<String, Value> = (0..1_000).map(|i| (format!("field_{i}"), json!(1))).collect();
    assert_eq!(refused(&Value::Object(many)).len(), 20);
}

#[test]
fn pairs_are_told_in_the_same_words() {
    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        q: String,
        #[serde(default)]
        limit: Option<u32>,
        #[serde(default)]
        is_active: Option<bool>,
        #[serde(default)]
        icon: Option<Icon>,
        #[serde(default)]
        from: Option<Timestamp>,
    }
    let asked: Asked = from_pairs("query", b"q=a+b&limit=7&is_active=true&icon=code&from=2026-01-15").unwrap();
    assert_eq!((asked.q.as_str(), asked.limit, asked.is_active), ("a b", Some(7), Some(true)));
    assert!(matches!((asked.icon, asked.from), (Some(Icon::Code), Some(_))));
    for (text, field, message) in [
        ("limit=7", "q", "is required"),
        ("q=&limit=x", "limit", "must be an integer"),
        ("q=&limit=", "limit", "must be an integer"),
        ("q=&limit=null", "limit", "must be an integer"),
        ("q=&limit=5000000000", "limit", "is out of range"),
        ("q=&is_active=yes", "is_active", "must be true or false"),
        ("q=&icon=dog", "icon", "must be one of code, rocket"),
        ("q=&from=x", "from", "must be an ISO 8601 date and time, such as 2026-01-15T10:30:00Z"),
        ("q=&x=1", "x", "is not a known field"),
        ("q=&limit=7&limit=8", "limit", "is given more than once"),
    ] {
        let refused = from_pairs::<Asked>("query", text.as_bytes());
        let Err(Error::Invalid(told)) = refused else { panic!("{text}: {refused:?}") };
        let told: Vec<(&str, &str)> = told.iter().map(|told| (&*told.field, &*told.message)).collect();
        assert_eq!(told, [(field, message)], "{text}");
    }
}
