//! The form of an operation.

use aedile_kernel::fields::{Field, Kind};
use aedile_kernel::{Effect, Error, Permission};
use serde_json::Value;

use super::typed::{Typed, text};
use super::{BACK, Change, SETTLED};
use crate::view::{Block, Control, Form, FormField, Link, Page, Section, Tick, Tone, sentence, title_of, words};

/// What was wrong, by field.
#[derive(Default)]
pub(super) struct Problems {
    fields: Vec<(String, String)>,
    other: Vec<String>,
}

impl Problems {
    /// What an operation said.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Invalid(errors) => {
                let fields = errors.iter().map(|error| (error.field.to_string(), error.message.to_string())).collect();
                Self { fields, other: Vec::new() }
            }
            Error::ProofNeeded(_) => {
                let told = "nothing was done: prove who you are first, with the button above, and then send this again";
                Self { fields: Vec::new(), other: vec![told.to_owned()] }
            }
            error => Self { fields: Vec::new(), other: vec![error.to_string()] },
        }
    }

    pub(super) fn add(&mut self, field: &str, problem: String) {
        self.fields.push((field.to_owned(), problem));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.other.is_empty()
    }

    pub(super) fn of_field(&self, name: &str) -> Option<String> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, problem)| sentence(problem))
    }

    /// What belongs to no field of the form.
    fn others(&self, typed: &Typed) -> Vec<String> {
        let is_shown = |name: &str| typed.fields.iter().any(|(field, _)| field.name == name);
        let unplaced = self.fields.iter().filter(|(name, _)| !is_shown(name));
        let unplaced = unplaced.map(|(name, problem)| format!("{}: {problem}", sentence(&words(name))));
        self.other.iter().map(|problem| sentence(problem)).chain(unplaced).collect()
    }
}

impl Change<'_> {
    /// The form, with what was typed and what was wrong with it.
    pub(super) fn form(&self, typed: &Typed, problems: &Problems) -> Page {
        let (operation, reads) = (self.operation, self.operation.effect == Effect::Read);
        let fields = typed.fields.iter().map(|(field, typed)| self.field(field, typed.as_deref(), problems)).collect();
        let form = Form {
            action: format!("/dashboard/do/{}", operation.name),
            fields,
            hidden: std::iter::once((BACK.to_owned(), self.back.to_owned())).chain(self.settled()).collect(),
            button: if reads { "Show" } else { "Preview" }.to_owned(),
            cancel: Some(Link::new("Back", self.back)),
            ..Form::default()
        };
        let mut section = Section::bare();
        for problem in problems.others(typed) {
            section = section.block(Block::Notice(Tone::Bad, problem));
        }
        let intro = operation.summary().split_whitespace().collect::<Vec<_>>().join(" ");
        Page::new(title_of(operation.name)).intro(intro).section(section.block(form))
    }

    /// The settled fields, so that they stay so when the form comes back.
    pub(super) fn settled(&self) -> impl Iterator<Item = (String, String)> {
        self.settled.iter().map(|name| (SETTLED.to_owned(), name.clone()))
    }

    fn field(&self, field: &Field, typed: Option<&[String]>, problems: &Problems) -> FormField {
        let current = self.current.get(&field.name);
        let value = match typed {
            Some(typed) => typed.join(", "),
            None => current.map(|current| text(field, current)).unwrap_or_default(),
        };
        let value = if is_secret(field) { String::new() } else { value };
        let problem = problems.of_field(&field.name);
        let label = label(field);
        let is_settled = problem.is_none() && self.settled.contains(&field.name);
        FormField {
            name: field.name.clone(),
            label: label.clone(),
            // What only repeats the label helps nobody.
            help: Some(help(field))
                .filter(|help| !is_settled && help.trim_end_matches('.') != label)
                .unwrap_or_default(),
            control: if is_settled { Control::Settled } else { control(field, &value, current) },
            value,
            is_required: field.is_required,
            problem,
        }
    }
}

/// The name of a field for people.
pub(super) fn label(field: &Field) -> String {
    let name = words(field.name.strip_suffix("_id").filter(|name| !name.is_empty()).unwrap_or(&field.name));
    let name = match name.as_str() {
        "id" => "number".to_owned(),
        "clerk user" => "user".to_owned(),
        name => name.strip_prefix("is ").unwrap_or(name).to_owned(),
    };
    if field.kind == Kind::Time { format!("{} (UTC)", sentence(&name)) } else { sentence(&name) }
}

/// What a field is for, in the words of somebody at a form: there, nothing is absent or null.
fn help(field: &Field) -> String {
    let help = field.help.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = [
        ("absent or null is", "empty is"),
        ("null takes the description away", "leave it empty for none"),
        ("null takes it away", "leave it empty for none"),
        ("null for nothing", "leave it empty for none"),
        ("null for", "leave it empty for"),
        ("when absent", "when left empty"),
        ("when left out", "when left empty"),
        ("by default", "when left empty:"),
    ];
    let help = words.iter().fold(help, |help, (machine, person)| help.replace(machine, person));
    // Between every other two backticks stands a name of the machine's.
    let parts = help.split('`').enumerate();
    parts
        .map(|(place, part)| if place % 2 == 1 && part.contains('_') { quoted(part) } else { part.to_owned() })
        .collect()
}

/// A field's name as it stands above the field.
fn quoted(name: &str) -> String {
    format!("“{}”", sentence(&words(name)))
}

fn control(field: &Field, value: &str, current: Option<&Value>) -> Control {
    match field.kind {
        Kind::Boolean => choice(field, &["true", "false"], value, current),
        Kind::List if !choices(field).is_empty() => {
            let chosen: Vec<&str> = value.split(',').map(str::trim).collect();
            let tick = |choice: String| Tick {
                is_chosen: chosen.contains(&choice.as_str()),
                label: described(&choice),
                value: choice,
            };
            Control::Ticks(choices(field).into_iter().map(tick).collect())
        }
        Kind::Number if field.format.as_deref() == Some("percent") => Control::Slider,
        Kind::Integer | Kind::Number => Control::Line("number"),
        Kind::Time => Control::Line("datetime-local"),
        _ if !field.choices.is_empty() => {
            choice(field, &field.choices.iter().map(String::as_str).collect::<Vec<_>>(), value, current)
        }
        _ if is_secret(field) => Control::Line("password"),
        _ if field.is_multiline => Control::Area,
        _ if field.name.ends_with("email") => Control::Line("email"),
        _ => Control::Line("text"),
    }
}

/// Whether a form never shows what is typed into it.
fn is_secret(field: &Field) -> bool {
    field.format.as_deref() == Some("password")
}

/// One of some, or none where it may be left out.
fn choice(field: &Field, values: &[&str], chosen: &str, current: Option<&Value>) -> Control {
    let is_open = current.is_none_or(Value::is_null);
    let nothing = (!field.is_required && is_open).then(|| Tick::new("", "as it is, or the default", chosen));
    let label = |value: &str| match value {
        "true" => "yes".to_owned(),
        "false" => "no".to_owned(),
        value => words(value),
    };
    let ticks = values.iter().map(|value| Tick::new(value, label(value), chosen));
    Control::Choice(nothing.into_iter().chain(ticks).collect())
}

/// A permission with what it permits; any other choice as it is.
fn described(choice: &str) -> String {
    let permission = Permission::ALL.iter().find(|permission| permission.as_str() == choice);
    permission.map_or_else(|| choice.to_owned(), |permission| format!("{choice}: {}", permission.description()))
}

/// What a list may hold. Permissions are named by text in roles, which tell an unknown one in words of their own.
fn choices(field: &Field) -> Vec<String> {
    match field.name.as_str() {
        "permissions" => Permission::grantable().map(|permission| permission.to_string()).collect(),
        "scopes" => Permission::scopes().map(|scope| scope.to_string()).collect(),
        _ => field.choices.clone(),
    }
}
