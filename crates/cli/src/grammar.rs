//! Commands made from descriptions: `credits.grant` is `credits grant EMAIL --amount …`.

use aedile_kernel::Effect;
use aedile_kernel::registry::Description;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use aedile_kernel::fields::{Field, Kind, fields};

/// Nouns that are no plural of the operation's own.
const UNCOUNTED: [&str; 6] = ["audit", "credits", "mail", "overview", "plan_credits", "usage"];

/// The words of an operation's command, such as `api-keys` and `revoke`.
#[must_use]
pub fn noun_and_verb(operation: &Description) -> (String, String) {
    (noun_of(operation.name), verb_of(operation))
}

/// The noun under which an operation's command is found.
pub(crate) fn noun_of(operation: &str) -> String {
    let noun = operation.split('.').next().unwrap_or_default();
    let plural = match noun {
        noun if UNCOUNTED.contains(&noun) => noun.to_owned(),
        noun => match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
            Some(stem) => format!("{stem}ies"),
            None => format!("{noun}s"),
        },
    };
    plural.replace('_', "-")
}

pub(crate) fn verb_of(operation: &Description) -> String {
    operation.command_verb.or_else(|| operation.name.split('.').nth(1)).unwrap_or_default().replace('_', "-")
}

/// A command for each noun, with a command for each of its operations.
#[must_use]
pub fn commands(operations: &[Description]) -> Vec<Command> {
    let mut nouns: Vec<String> = operations.iter().map(|operation| noun_of(operation.name)).collect();
    nouns.sort();
    nouns.dedup();
    nouns.into_iter().map(|noun| command_of(&noun, operations)).collect()
}

/// The command of a noun.
pub(crate) fn command_of(noun: &str, operations: &[Description]) -> Command {
    let own = operations.iter().filter(|operation| noun_of(operation.name) == noun);
    let verbs: Vec<Command> = own.map(command).collect();
    let names: Vec<&str> = verbs.iter().map(Command::get_name).collect();
    let about = format!("On a server: {}", names.join(", "));
    Command::new(noun.to_owned()).about(about).subcommand_required(true).arg_required_else_help(true).subcommands(verbs)
}

fn command(operation: &Description) -> Command {
    let fields = fields(operation.input.as_value());
    let about = operation.summary().split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned();
    let long = format!("{}\n\nRequires the permission {}.", operation.summary(), operation.permission);
    let mut command = Command::new(verb_of(operation)).about(about).long_about(long);
    for (at, field) in fields.iter().enumerate() {
        command = with_field(command, field, at == 0);
    }
    with_common(command, operation, fields.iter().any(|field| field.kind == Kind::Page))
}

fn with_field(command: Command, field: &Field, is_first: bool) -> Command {
    let number = |name: &'static str, help: &'static str| Arg::new(name).long(name).value_name("N").help(help);
    match field.kind {
        Kind::Page => command
            .arg(number("limit", "Maximum number of rows: 1 to 100, default 50"))
            .arg(number("offset", "Number of rows to skip"))
            .arg(Arg::new("all").long("all").action(ArgAction::SetTrue).help("Fetch all pages")),
        _ if field.format.as_deref() == Some("password") => command,
        _ => command.arg(argument(field, is_first)),
    }
}

/// The first thing that is needed stands alone, such as the user's id; everything else has a name.
fn argument(field: &Field, is_first: bool) -> Arg {
    let mut help = field.help.trim_end_matches('.').to_owned();
    if field.kind == Kind::Text && field.choices.is_empty() && !(is_first && field.is_required) {
        help.push_str(" (@FILE reads it from a file, @- from standard input)");
    }
    let mut argument = Arg::new(field.name.clone())
        .help(help)
        .value_name(field.name.to_uppercase())
        .required(field.is_required)
        .allow_hyphen_values(true);
    if !(is_first && field.is_required && !matches!(field.kind, Kind::List | Kind::Json)) {
        argument = argument.long(field.name.replace('_', "-"));
    }
    match field.kind {
        Kind::List => argument.action(ArgAction::Append).value_delimiter(','),
        Kind::Boolean => argument.value_parser(["true", "false"]),
        _ if !field.choices.is_empty() => argument.value_parser(PossibleValuesParser::new(field.choices.clone())),
        _ => argument,
    }
}

fn with_common(command: Command, operation: &Description, is_list: bool) -> Command {
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help).help_heading("Common")
    };
    let mut command = command.arg(switch("json", "Print the answer as JSON")).args(crate::profiles::arguments());
    if operation.effect != Effect::Read {
        command = command.arg(switch("dry-run", "Show what would change, and change nothing"));
    }
    if operation.effect == Effect::Destructive {
        command = command.arg(switch("yes", "Do it without asking; needed when there is no terminal"));
    }
    if operation.takes_idempotency_key {
        let key = Arg::new("idempotency-key").long("idempotency-key").value_name("KEY").help_heading("Common");
        command = command.arg(key.help("Do it once, however often it is asked for under this key"));
    }
    if is_list { command.after_help("More rows are shown by --all, or by --limit and --offset.") } else { command }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_words_of_the_field() {
        for (operation, noun) in [
            ("user.list", "users"),
            ("credits.grant", "credits"),
            ("category.update", "categories"),
            ("api_key.revoke", "api-keys"),
            ("abuse_flag.resolve", "abuse-flags"),
            ("account.cancel_deletion", "accounts"),
            ("usage.get", "usage"),
        ] {
            assert_eq!(noun_of(operation), noun);
        }
    }
}
