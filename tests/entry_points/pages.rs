//! The entry point through the dashboard: a form, its preview, its outcome, as a browser without scripts sends them.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Value, json};

use super::Transcript;
use crate::support::{Backend, Caller};

/// Runs an operation by its form. The answer is a page, so it is only said whether it was done, or what the page says is wrong.
pub(super) async fn in_a_form(browser: &Caller, name: &str, input: &Value) -> Result<Value, String> {
    let Some(agreed) = agreed_form(browser, name, input).await? else { return Ok(Value::Null) };
    let done = browser.post_form(&format!("/dashboard/do/{name}"), &agreed).await;
    if done.status >= 400 {
        return Err(problems(&done.text));
    }
    assert!(
        done.text.contains(r#"<p class="notice good" role="status">"#),
        "{name}: {}",
        done.text.split("<main").nth(1).unwrap()
    );
    Ok(Value::Null)
}

/// What a browser sends to agree to the preview of an operation; `None` of one that only reads and was answered.
pub(crate) async fn agreed_form(
    browser: &Caller,
    name: &str,
    input: &Value,
) -> Result<Option<Vec<(String, String)>>, String> {
    let path = format!("/dashboard/do/{name}");
    let own_page = browser.get("/dashboard/settings").await.expect(200);
    let mut pairs = typed(input);
    pairs.extend(hidden(&own_page.text).into_iter().filter(|(name, _)| name == "form_token"));
    let shown = browser.post_form(&path, &pairs).await;
    if shown.status >= 400 {
        return Err(problems(&shown.text));
    }
    if !shown.text.contains(r#"name="agreed""#) {
        return Ok(None);
    }
    let main = shown.text.split("<main").nth(1).unwrap();
    let mut agreed = hidden(main);
    agreed.extend(pairs.into_iter().filter(|(name, _)| name == "password"));
    Ok(Some(agreed))
}

/// The input as somebody types it.
fn typed(input: &Value) -> Vec<(String, String)> {
    let fields = input.as_object().unwrap().iter().filter(|(name, _)| *name != "page");
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    fields.map(|(name, value)| (name.clone(), text(value))).collect()
}

/// What goes along unseen with the forms of a page.
fn hidden(html: &str) -> Vec<(String, String)> {
    let input = Regex::new(r#"<input type="hidden" name="([^"]*)" value="([^"]*)">"#).unwrap();
    input.captures_iter(html).map(|found| (found[1].to_owned(), plain(&found[2]))).collect()
}

/// What a page says is wrong.
fn problems(html: &str) -> String {
    let alert = Regex::new(r#"role="alert">([^<]*)<"#).unwrap();
    alert.captures_iter(html).map(|found| plain(&found[1])).collect::<Vec<_>>().join("; ")
}

fn plain(html: &str) -> String {
    let escaped = Regex::new("&#([0-9]+);").unwrap();
    let text = escaped.replace_all(html, |found: &regex::Captures<'_>| {
        char::from_u32(found[1].parse().unwrap()).unwrap().to_string()
    });
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The numbers of what was added, by the operation's noun and by the kind of thing. A preview takes numbers that PostgreSQL never gives again, so behind a preview they
/// are others.
#[derive(Default)]
pub(super) struct Added(BTreeMap<String, i64>);

impl Added {
    pub(super) fn note(&mut self, name: &str, rows: &[String]) {
        for row in rows.iter().map(|row| serde_json::from_str::<Value>(row).unwrap()).filter(|row| row[5].is_null()) {
            let named = row[6].as_str().and_then(|new| new.parse::<Value>().ok()?["id"].as_i64());
            if let Some(number) = named.or_else(|| row[3].as_str()?.parse().ok()) {
                self.0.insert(noun(name), number);
                self.0.insert(row[2].as_str().unwrap().to_owned(), number);
            }
        }
    }

    /// The input with the number that this thing has here.
    pub(super) fn named_in(&self, name: &str, mut input: Value) -> Value {
        if let Some(number) = self.0.get(&noun(name)).filter(|_| input["id"].as_i64().is_some_and(|id| id < 10)) {
            input["id"] = json!(number);
        }
        input
    }
}

fn noun(name: &str) -> String {
    name.split('.').next().unwrap().to_owned()
}

/// A page shows its answer in its own way, so what is compared is whether it was done, what is said of a refusal, and the audit
/// rows. What a preview refuses is not tried, and leaves none.
pub(super) fn do_the_same(backend: Backend, http: &Transcript, pages: &Transcript) {
    let rows = |rows: &[String]| match backend {
        Backend::Sqlite => rows.join("\n"),
        Backend::Postgres => Regex::new(r"\d+").unwrap().replace_all(&rows.join("\n"), "N").into_owned(),
    };
    for (operation, (expected, written)) in http {
        let (found, left) = &pages[operation];
        match (expected, found) {
            (Ok(_), Ok(_)) => assert_eq!(rows(left), rows(written), "{operation}"),
            (Err(expected), Err(found)) => {
                let told = expected.rsplit(": ").next().unwrap().to_lowercase();
                assert!(found.to_lowercase().contains(&told), "{operation}: {found:?} for {expected:?}");
                assert!(left.is_empty() || rows(left) == rows(written), "{operation}: {left:?}");
            }
            _ => panic!("{operation}: {found:?} for {expected:?}"),
        }
    }
}
