//! What it knows, and its rules. Nothing here knows of HTTP, and the clock is the owner's.

mod accounts;
mod disputes;
mod events;
mod keys;
mod list;
mod payments;
mod refunds;
mod sessions;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use accounts::ConnectedAccount;
pub use disputes::{Dispute, DisputeStatus};
pub use payments::{Payment, PaymentState};
pub use refunds::{Refund, RefundState};
pub use sessions::{Session, SessionState};

use crate::request::{Params, Reply, Request, Verb};
use keys::Keys;
use list::page;
use serde_json::Value;

/// The version of the API that it speaks.
pub const API_VERSION: &str = "2026-10-28.dahlia";

/// Everything it knows: objects by ID, in the order they were made.
#[derive(Default)]
pub struct Books {
    /// Where its pages are.
    base: String,
    /// Seconds since 1970.
    now: i64,
    next: u64,
    /// The only secret key it takes; any that looks like one if none is set.
    secret: Option<String>,
    versions: BTreeSet<String>,
    keys: Keys,
    accounts: Vec<ConnectedAccount>,
    sessions: Vec<Session>,
    payments: Vec<Payment>,
    refunds: Vec<Refund>,
    /// How refunds begin.
    first_state: RefundState,
    disputes: Vec<Dispute>,
    events: Vec<Value>,
    /// IDs of events that nobody has taken yet.
    outgoing: VecDeque<String>,
    calls: BTreeMap<String, usize>,
}

impl Books {
    /// Empty books at `now`, in seconds since 1970; links lead to pages under `base`.
    #[must_use]
    pub fn new(base: impl Into<String>, now: i64) -> Self {
        Self { base: base.into(), now, ..Self::default() }
    }

    /// Its present, in seconds since 1970.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// Moves the clock on; it never goes back. Sessions and idempotency keys expire by it.
    pub fn set_now(&mut self, now: i64) {
        self.now = self.now.max(now);
        self.keys.expire(self.now);
        self.expire_sessions();
    }

    /// From now on takes this secret key only.
    pub fn rotate_secret(&mut self, secret: impl Into<String>) {
        self.secret = Some(secret.into());
    }

    /// Every `Stripe-Version` that a request named.
    #[must_use]
    pub const fn versions(&self) -> &BTreeSet<String> {
        &self.versions
    }

    /// How often this was asked for, such as `POST refunds`; IDs are written `{id}`.
    #[must_use]
    pub fn calls(&self, what: &str) -> usize {
        self.calls.get(what).copied().unwrap_or(0)
    }

    /// Answers a request. A `Post` with an idempotency key is done once, and answered alike for 24 hours.
    pub fn answer(&mut self, request: &Request) -> Reply {
        self.answer_with(request, None)
    }

    /// Does what a request asks for, and answers it with `status` all the same, also when it is made again under its key.
    pub fn answer_badly(&mut self, request: &Request, status: u16) -> Reply {
        self.answer_with(request, Some(status))
    }

    fn answer_with(&mut self, request: &Request, status: Option<u16>) -> Reply {
        match self.begin(request) {
            Ok(()) => self.finish(request, status),
            Err(refusal) => refusal,
        }
    }

    /// Takes a request on: until it is finished, its key is in use.
    ///
    /// # Errors
    /// The answer to a request that is not taken on.
    pub fn begin(&mut self, request: &Request) -> Result<(), Reply> {
        self.check(request)?;
        request.idempotency_key().map_or(Ok(()), |key| self.keys.begin(key, request, self.now))
    }

    /// Does what a request asks for that was taken on, and answers it, with `status` if there is one.
    pub(crate) fn finish(&mut self, request: &Request, status: Option<u16>) -> Reply {
        if let Some(known) = request.idempotency_key().and_then(|key| self.keys.reply(key)) {
            return known;
        }
        let reply = self.route(request);
        let reply = status.map_or(reply, Reply::trouble);
        if let Some(key) = request.idempotency_key() {
            self.keys.keep(key, request, &reply, self.now);
        }
        reply
    }

    fn check(&mut self, request: &Request) -> Result<(), Reply> {
        let is_known = request.secret.as_ref().is_some_and(|secret| match &self.secret {
            Some(known) => secret == known,
            None => secret.starts_with("sk_") || secret.starts_with("rk_"),
        });
        if !is_known {
            return Err(Reply::trouble(401));
        }
        let version = request.version.as_ref().filter(|version| is_version(version));
        let version = version.ok_or_else(|| Reply::refusal("", "Invalid Stripe API version: send Stripe-Version"))?;
        self.versions.insert(version.clone());
        Ok(())
    }

    fn route(&mut self, request: &Request) -> Reply {
        let Request { verb, path, params, .. } = request;
        let parts: Vec<&str> = path.split('/').collect();
        self.count(*verb, &parts);
        match (verb, parts.as_slice()) {
            (Verb::Post, ["accounts"]) => self.open_account(params),
            (Verb::Get, ["accounts", id]) => self.get_account(id),
            (Verb::Post, ["account_links"]) => self.link_account(params),
            (Verb::Post, ["checkout", "sessions"]) => self.open_session(params),
            (Verb::Get, ["checkout", "sessions"]) => self.list_sessions(params),
            (Verb::Get, ["checkout", "sessions", id]) => self.get_session(id),
            (Verb::Post, ["checkout", "sessions", id, "expire"]) => self.expire_open_session(id),
            (Verb::Get, ["payment_intents", id]) => self.get_payment(id),
            (Verb::Get, ["charges", id]) => self.get_charge(id),
            (Verb::Post, ["refunds"]) => self.make_refund(params),
            (Verb::Get, ["refunds"]) => self.list_refunds(params),
            (Verb::Get, ["refunds", id]) => self.get_refund(id),
            (Verb::Get, ["disputes"]) => self.list_disputes(params),
            (Verb::Get, ["disputes", id]) => self.get_dispute(id),
            (Verb::Get, ["events"]) => self.list_events(params),
            _ => Reply::error(404, "invalid_request_error", "", "Unrecognized request URL"),
        }
    }

    fn count(&mut self, verb: Verb, parts: &[&str]) {
        let is_id = |part: &str| part.contains('_') && part.bytes().any(|byte| byte.is_ascii_digit());
        let parts: Vec<&str> = parts.iter().map(|part| if is_id(part) { "{id}" } else { part }).collect();
        let verb = if verb == Verb::Get { "GET" } else { "POST" };
        *self.calls.entry(format!("{verb} {}", parts.join("/"))).or_default() += 1;
    }

    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}_fake{}", self.next)
    }
}

fn is_version(version: &str) -> bool {
    let (date, name) = version.split_once('.').unwrap_or((version, "x"));
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    (date.len(), digits) == (10, 8) && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Filters that a list was asked for: an object passes if each that was sent equals the object's field.
fn passes(params: &Params, names: &[&str], object: &Value) -> bool {
    names.iter().all(|name| params.text(name).is_none_or(|wanted| object[*name] == wanted))
}

fn listed(params: &Params, names: &[&str], objects: impl Iterator<Item = Value>) -> Reply {
    page(params, objects.filter(|object| passes(params, names, object)).collect())
}

#[cfg(test)]
mod tests;
