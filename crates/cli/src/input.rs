//! What was typed, as an operation's input.

use std::io::{BufRead, IsTerminal, Read};

use clap::ArgMatches;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use aedile_kernel::fields::{Field, Kind};

/// The input of an operation, from what was typed.
pub(crate) fn input(fields: &[Field], typed: &ArgMatches) -> Result<Value, Failure> {
    let mut input = Map::new();
    for field in fields {
        if let Some(value) = value(field, typed)? {
            input.insert(field.name.clone(), value);
        }
    }
    Ok(Value::Object(input))
}

fn value(field: &Field, typed: &ArgMatches) -> Result<Option<Value>, Failure> {
    if field.kind == Kind::Page {
        return page(typed).map(Some);
    }
    if field.format.as_deref() == Some("password") {
        return secret(&prompt(&field.name)).map(Value::String).map(Some);
    }
    if field.kind == Kind::List {
        let items = typed.get_many::<String>(&field.name);
        return Ok(items.map(|items| items.filter(|item| !item.is_empty()).map(|item| json!(item)).collect()));
    }
    let Some(text) = typed.get_one::<String>(&field.name) else { return Ok(None) };
    let option = || format!("--{}", field.name.replace('_', "-"));
    let text = match field.kind {
        Kind::Text => {
            spelled_out(text).map_err(|error| Failure::usage(format!("{}: {text} can't be read: {error}", option())))?
        }
        _ => text.to_owned(),
    };
    let value = field.read(&text).map_err(|what| Failure::usage(format!("{}: must be {what}", option())))?;
    Ok(Some(value))
}

/// The text, or what is in the file it names.
fn spelled_out(text: &str) -> std::io::Result<String> {
    match text.strip_prefix('@') {
        Some("-") => {
            let mut read = String::new();
            std::io::stdin().lock().read_to_string(&mut read)?;
            Ok(read)
        }
        Some(file) => std::fs::read_to_string(file),
        None => Ok(text.to_owned()),
    }
}

fn page(typed: &ArgMatches) -> Result<Value, Failure> {
    let mut page = Map::new();
    for name in ["limit", "offset"] {
        if let Some(text) = typed.get_one::<String>(name) {
            let number: u32 =
                text.parse().map_err(|_| Failure::usage(format!("--{name}: must be a whole number from 0 on")))?;
            page.insert(name.to_owned(), json!(number));
        }
    }
    Ok(Value::Object(page))
}

/// Asked for where nobody sees it, or read from standard input when that is no terminal: never from the command line, which
/// other users of the machine can read.
pub(crate) fn password() -> Result<String, Failure> {
    secret("Password")
}

/// A field's name as it is asked for: `api_key` as `Api key`.
fn prompt(field: &str) -> String {
    let words = field.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(crate) fn secret(what: &str) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("{what} can't be read: {error}"));
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(format!("{what}: ")).map_err(unreadable);
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
