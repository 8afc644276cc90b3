//! What an operation would do, before it is done.

use aedile_kernel::Effect;
use aedile_kernel::fields::Field;
use serde_json::{Map, Value};

use super::form::label;
use super::typed::Typed;
use super::{AGREED, BACK, Change, KEY};
use crate::view::{
    Block, Cell, Control, Facts, Form, FormField, Link, Page, Section, Table, Tone, address, sentence, title_of, words,
};

impl Change<'_> {
    /// What would be done, and the question whether to do it.
    pub(super) fn preview(&self, typed: &Typed, shown: &Value, digest: &str, key: &str, is_stale: bool) -> Page {
        let title = title_of(self.operation.name);
        let is_destructive = self.operation.effect == Effect::Destructive;
        let records = records(shown);
        let form = Form {
            action: format!("/dashboard/do/{}", self.operation.name),
            fields: typed.fields.iter().filter(|(field, _)| is_secret(field)).map(|(field, _)| again(field)).collect(),
            hidden: self.hidden(typed, digest, key),
            button: title.clone(),
            is_destructive,
            cancel: Some(Link::new("Back", self.back)),
            ..Form::default()
        };
        let mut section = Section::new("What would change");
        if is_stale {
            let notice = "Something has changed since you looked, so nothing was done. Look again.";
            section = section.block(Block::Notice(Tone::Warning, notice.to_owned()));
        }
        section = match records {
            [] => section.text("Nothing: everything is so already."),
            records => records.iter().fold(section, |section, record| section.block(table(record))),
        };
        if let Some(count) = shown.pointer("/output/recipients").and_then(Value::as_u64) {
            section = section.block(Block::Notice(Tone::Warning, format!("It goes to {count} people.")));
        }
        if let Some(html) = typed.text("html_body") {
            section = section.block(Block::Document { title: "The mail".to_owned(), html: html.to_owned() });
        }
        Page::new(format!("{title}?"))
            .intro("Nothing has been done yet.")
            .section(section)
            .section(Section::bare().block(form))
            .section(self.trial(typed))
    }

    /// What was typed goes along, but for secrets, which no page repeats.
    fn hidden(&self, typed: &Typed, digest: &str, key: &str) -> Vec<(String, String)> {
        let own = [(BACK, self.back), (AGREED, digest), (KEY, key)];
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let fields = typed.fields.iter().filter(|(field, _)| !is_secret(field));
        let fields = fields.flat_map(|(field, texts)| {
            let texts = texts.as_deref().unwrap_or_default();
            texts.iter().map(|text| (field.name.clone(), text.clone()))
        });
        own.chain(fields).collect()
    }
}

impl Typed {
    /// What was typed into a field of one value.
    fn text(&self, name: &str) -> Option<&str> {
        let (_, texts) = self.fields.iter().find(|(field, _)| field.name == name)?;
        texts.as_ref()?.first().map(String::as_str)
    }
}

fn is_secret(field: &Field) -> bool {
    field.name == "password"
}

fn again(field: &Field) -> FormField {
    let label = format!("{}, again", label(field));
    FormField { is_required: true, ..FormField::new(&field.name, &label, Control::Line("password"), "") }
}

/// The records of a rehearsal.
pub(super) fn records(shown: &Value) -> &[Value] {
    shown.get("records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What changes of a record: a table of its fields before and after, or what is added or taken away.
pub(super) fn table(record: &Value) -> Block {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let side = |name: &str| record.get(name).and_then(Value::as_object);
    let what = format!("{} {}", words(text("resource_type")), text("resource_id"));
    match (side("old_values"), side("new_values")) {
        (Some(old), Some(new)) => changed(&what, old, new),
        (None, Some(new)) => Block::Facts(facts("added", &what, new)),
        (Some(old), None) => Block::Facts(facts("taken away", &what, old)),
        (None, None) => Block::Text(sentence(&what)),
    }
}

fn changed(what: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> Block {
    let mut table = Table::new(what, &[&sentence(what), "Before → after"], "");
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    for name in names.filter(|name| old.get(*name) != new.get(*name)) {
        table.row([Cell::Text(words(name)), Cell::Change(shown_value(old.get(name)), shown_value(new.get(name)))]);
    }
    Block::Table(table)
}

fn facts(how: &str, what: &str, values: &Map<String, Value>) -> Facts {
    let facts = Facts::default().fact(sentence(how), Cell::Code(what.to_owned()));
    values.iter().fold(facts, |facts, (name, value)| facts.fact(sentence(&words(name)), value_cell(value)))
}

/// Any value of JSON for people.
pub(super) fn value_cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Nothing,
        value => Cell::from(shown_value(Some(value))),
    }
}

fn shown_value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Bool(is_so)) => if *is_so { "yes" } else { "no" }.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}

/// Where a record's own page is, if it has one.
pub(super) fn link(record: &Value) -> Option<Link> {
    let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
    let (label, place): (_, &[&str]) = match text("resource_type") {
        "user" => ("To the user", &["users"]),
        "skill" => ("To the skill", &["catalog"]),
        "abuse_flag" => ("To the flag", &["moderation", "flags"]),
        "claim" => ("To the claim", &["moderation", "claims"]),
        _ => return None,
    };
    let id = Some(text("resource_id")).filter(|id| !id.is_empty())?;
    Some(Link::new(label, address(&[&["dashboard"], place, &[id]].concat(), &[])))
}
