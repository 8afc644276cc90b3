//! Running a command on a server: preview, confirmation, pages.

use std::ffi::OsString;
use std::io::{BufRead, IsTerminal, Write};

use aedile_kernel::Effect;
use aedile_kernel::registry::Description;
use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::client::Client;
use crate::failure::Failure;
use crate::grammar::{command_of, noun_of, verb_of};
use crate::input::input;
use crate::output;
use crate::profiles::Target;
use aedile_kernel::fields::{Kind, fields};

/// The most rows of a page.
const LARGEST_PAGE: u32 = 100;

/// Runs `NOUN VERB …`. What clap has to say, such as help, is printed by it.
///
/// # Errors
/// Whatever keeps the command from being done.
pub async fn run(operations: &[Description], arguments: Vec<OsString>) -> Result<(), Failure> {
    let noun = arguments.first().map(|noun| noun.to_string_lossy().into_owned()).unwrap_or_default();
    if !operations.iter().any(|operation| noun_of(operation.name) == noun) {
        return Err(Failure::usage(format!("there is no command {noun}: aedile --help lists them")));
    }
    let root =
        Command::new("aedile").bin_name("aedile").subcommand_required(true).subcommand(command_of(&noun, operations));
    let program = std::iter::once(OsString::from("aedile"));
    let typed = match root.try_get_matches_from(program.chain(arguments)) {
        Ok(typed) => typed,
        Err(error) => {
            // Help, and what is wrong with the usage, has several lines.
            error.print().ok();
            return if error.use_stderr() { Err(Failure::told(Failure::USAGE)) } else { Ok(()) };
        }
    };
    let found = typed.subcommand().and_then(|(noun, typed)| Some((noun, typed.subcommand()?)));
    let Some((noun, (verb, typed))) = found else { return Err(Failure::usage("a verb is missing")) };
    let is_meant = |operation: &&Description| noun_of(operation.name) == noun && verb_of(operation) == verb;
    let operation = operations.iter().find(is_meant).ok_or_else(|| Failure::usage("a verb is missing"))?;
    let client = Target::typed(typed)?.client()?;
    carry_out(&client, operation, typed).await
}

async fn carry_out(client: &Client, operation: &Description, typed: &ArgMatches) -> Result<(), Failure> {
    let fields = fields(operation.input.as_value());
    let wanted = input(&fields, typed)?;
    let (is_json, is_preview) = (is_set(typed, "json"), is_set(typed, "dry-run"));
    if is_preview {
        let previewed = client.run(operation.name, &wanted, true, None).await?;
        return if is_json { output::json(&previewed) } else { output::preview(&previewed) };
    }
    if operation.effect == Effect::Destructive && !is_set(typed, "yes") {
        confirm(client, operation, &wanted).await?;
    }
    let key = typed.try_get_one::<String>("idempotency-key").ok().flatten().map(String::as_str);
    let answer = match fields.iter().any(|field| field.kind == Kind::Page) && is_set(typed, "all") {
        true => all_pages(client, operation, wanted).await?,
        false => client.run(operation.name, &wanted, false, key).await?,
    };
    if is_json { output::json(&answer) } else { output::table(&answer) }
}

fn is_set(typed: &ArgMatches, name: &str) -> bool {
    typed.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
}

/// Shows what would happen, and asks.
async fn confirm(client: &Client, operation: &Description, wanted: &Value) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "this takes something away: say --yes to do it, or --dry-run to see what it would do",
        ));
    }
    output::preview(&client.run(operation.name, wanted, true, None).await?)?;
    let unreadable = |error: std::io::Error| Failure::usage(format!("the answer can't be read: {error}"));
    let mut answer = String::new();
    write!(std::io::stderr(), "Do it on {}? [y/N] ", client.server()).map_err(unreadable)?;
    std::io::stdin().lock().read_line(&mut answer).map_err(unreadable)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(Failure::usage("nothing was done")) }
}

/// Every page, one after the other, as one.
async fn all_pages(client: &Client, operation: &Description, mut wanted: Value) -> Result<Value, Failure> {
    let (mut items, mut after, mut total) = (Vec::new(), None, None);
    loop {
        let page = match &after {
            None => json!({ "limit": LARGEST_PAGE }),
            Some(after) => json!({ "limit": LARGEST_PAGE, "after": after }),
        };
        if let Some(fields) = wanted.as_object_mut() {
            fields.insert("page".to_owned(), page);
        }
        let mut answer = client.run(operation.name, &wanted, false, None).await?;
        total = total.or_else(|| answer.get("total").and_then(Value::as_u64));
        items.extend(answer.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take).into_iter().flatten());
        output::progress(items.len(), total);
        after = answer.get("next").filter(|next| !next.is_null()).cloned();
        if after.is_none() {
            output::progress_done();
            return Ok(json!({ "items": items, "total": items.len(), "next": null }));
        }
    }
}
