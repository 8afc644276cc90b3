//! Every change: its form, its preview, its outcome. One way for all operations, made from their schemas.

mod form;
mod outcome;
mod prefill;
mod preview;
mod test_first;
mod typed;

use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::digest::hex;
use aedile_kernel::preview::digest;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::{Effect, Error, Result};
use serde_json::{Map, Value, json};

use crate::backend::DashboardBackend;
use crate::page::{Asked, value};
use crate::proof::way_back;
use crate::sign_in::own_page;
use crate::view::{Link, Page, address};
use form::Problems;
use typed::Typed;

/// What is sent along with a form's own fields.
const BACK: &str = "back";
const AGREED: &str = "agreed";
/// The name of a field that the link settled, once for each.
const SETTLED: &str = "settled";
const KEY: &str = "key";

/// An operation in somebody's hands.
struct Change<'a> {
    backend: &'a dyn DashboardBackend,
    operation: &'a Description,
    /// What is there now, of what can be changed.
    current: Map<String, Value>,
    /// Where they came from.
    back: &'a str,
    /// The fields that say what it is about, which came with the link.
    settled: Vec<String>,
}

/// The form of an operation; or, once it is filled in, what it would do; or, once that is agreed to, what became of it.
pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let Some(operation) = backend.description(&asked.name) else { return refuse(backend, asked).await };
    let pairs = asked.form.as_deref().unwrap_or(&asked.query);
    let current = prefill::current(backend, operation, pairs).await?;
    let back = own_page(value(pairs, BACK).unwrap_or_default());
    let typed = Typed::of(operation, pairs);
    let settled = typed.settled(pairs, asked.form.is_some());
    let change = Change { backend, operation, current, back, settled };
    if asked.form.is_none() {
        return Ok(change.form(&typed, &Problems::default()));
    }
    let input = match typed.input(&change.current) {
        Ok(input) => input,
        Err(problems) => return Ok(change.form(&typed, &problems).refused(Error::invalid("form", "can't be read"))),
    };
    match change.go_on(&typed, input, pairs).await {
        Err(error @ (Error::Unavailable { source: Some(_), .. } | Error::Internal(_))) => Err(error),
        Err(error) => {
            let proof = way_back(&error, operation.name, pairs).map(|way| Link::new("Prove who you are", way));
            Ok(change.form(&typed, &Problems::of(&error)).action(proof).refused(error))
        }
        Ok(page) => Ok(page),
    }
}

impl Change<'_> {
    /// Shows what would be done, or does it when that is what was agreed to.
    async fn go_on(&self, typed: &Typed, input: Value, pairs: &[(String, String)]) -> Result<Page> {
        let name = self.operation.name;
        if self.operation.effect == Effect::Read {
            let answer = self.backend.run(name, input, Mode::Commit, None).await?.output;
            return Ok(self.answer(typed, &answer));
        }
        let shown = self.backend.run(name, input.clone(), Mode::Preview, None).await?.output;
        let digest = digest(name, &input, &shown);
        let key = value(pairs, KEY).map_or_else(|| self.backend.draw(), str::to_owned);
        match value(pairs, AGREED) {
            Some(agreed) if agreed == hex(&digest) => {
                let key = IdempotencyKey::new(&key, digest)?;
                let done = self.backend.run(name, input, Mode::Commit, Some(key)).await?.output;
                self.outcome(typed, &shown, &done).await
            }
            agreed => Ok(self.preview(typed, &shown, &hex(&digest), &key, agreed.is_some())),
        }
    }
}

/// Where the form of an operation is, with what was typed into it. A secret is typed again.
pub(crate) fn address_of(operation: &str, pairs: &[(String, String)]) -> String {
    let sent_along = ["form_token", AGREED, KEY];
    let typed = pairs.iter().filter(|(name, _)| !sent_along.contains(&name.as_str()) && !name.contains("password"));
    let typed: Vec<(&str, &str)> = typed.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    address(&["dashboard", "do", operation], &typed)
}

/// Whoever sends a form that is not theirs is refused by the operation itself, which leaves a row in the audit log.
async fn refuse(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    if asked.form.is_some() {
        backend.run(&asked.name, json!(null), Mode::Preview, None).await?;
    }
    Err(Error::forbidden("there is no such form, or it is not for you"))
}
