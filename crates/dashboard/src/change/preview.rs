//! What an operation would do, before it is done.

use aedile_kernel::Effect;
use aedile_kernel::fields::Field;
use serde_json::Value;

use super::form::label;
use super::typed::Typed;
use super::{AGREED, BACK, Change, KEY};
use crate::record;
use crate::view::{Block, Control, Form, FormField, Link, Page, Section, Tone, markdown, title_of};

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
            let notice = "The data has changed since you looked, so nothing was changed. Review it again.";
            section = section.block(Block::Notice(Tone::Warning, notice.to_owned()));
        }
        section = match records {
            [] => section.text("No changes: the data already has these values."),
            records => records.iter().fold(section, |section, record| section.block(table(record))),
        };
        if let Some(count) = shown.pointer("/output/recipients").and_then(Value::as_u64) {
            section = section.block(Block::Notice(Tone::Warning, format!("{count} recipients.")));
        }
        if let Some(html) = typed.text("html_body") {
            section = section.block(Block::Document { title: "The mail".to_owned(), html: html.to_owned() });
        }
        if let Some(body) = typed.text("body").filter(|_| self.operation.name.starts_with("announcement.")) {
            let html = markdown::document(body);
            section = section.block(Block::Document { title: "The text as users see it".to_owned(), html });
        }
        Page::new(format!("{title}?"))
            .intro("Review this change. Nothing has been changed yet.")
            .section(section)
            .section(Section::bare().block(form))
            .section(self.test_first(typed))
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
        own.chain(self.settled()).chain(fields).collect()
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

/// The records of a preview.
pub(super) fn records(shown: &Value) -> &[Value] {
    shown.get("records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What changes of a record. The number and the times of what is added are settled only when that is done.
pub(super) fn table(record: &Value) -> Block {
    let side = |name: &str| record.get(name).and_then(Value::as_object);
    let (kind, id) = (text(record, "resource_type"), text(record, "resource_id"));
    match (side("old_values"), side("new_values")) {
        (None, Some(new)) => {
            let id = if id.parse::<i64>().is_ok() { "" } else { id };
            let settled_later = |name: &str| matches!(name, "id" | "created_at" | "updated_at");
            let new = new.iter().filter(|(name, _)| !settled_later(name));
            let new = new.map(|(name, value)| (name.clone(), value.clone())).collect();
            record::difference(&record::thing(kind, id), None, Some(&new))
        }
        (old, new) => record::difference(&record::thing(kind, id), old, new),
    }
}

/// The page of the thing, if it has one. What is added gets its number only when it is done, and what is gone has none.
pub(super) fn link(record: &Value) -> Option<Link> {
    let is_there = |name: &str| record.get(name).is_some_and(|side| !side.is_null());
    let stays = is_there("old_values") && is_there("new_values");
    (stays || text(record, "resource_type") == "user").then_some(())?;
    record::link(text(record, "resource_type"), text(record, "resource_id"))
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record.get(name).and_then(Value::as_str).unwrap_or_default()
}
