//! Pages where something is paid.

use serde_json::{Value, json};

use super::payments::{Payment, PaymentState};
use super::{Books, listed};
use crate::request::{Metadata, Params, Reply};

/// How long a page is open, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;
/// The least that can be charged, in hundredths of a US dollar.
const LEAST: i64 = 50;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It can be paid.
    Open,
    /// It was filled in; the payment says whether it is paid.
    Complete,
    /// It can't be paid any more.
    Expired,
}

/// A checkout session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its ID.
    pub id: String,
    /// Where it stands.
    pub state: SessionState,
    /// What the caller calls it.
    pub reference: Option<String>,
    /// What is to be paid, in the currency's smallest unit.
    pub amount: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// What was attached to the session.
    pub metadata: Metadata,
    /// The payment, once there is one.
    pub intent: Option<String>,
    /// The payment link that it was made from.
    pub link: Option<String>,
    payment_metadata: Metadata,
    destination: Option<String>,
    fee: i64,
    success_url: Option<String>,
    created: i64,
    expires_at: i64,
}

impl Session {
    fn json(&self, base: &str, payment: Option<&Payment>) -> Value {
        let is_open = self.state == SessionState::Open;
        let status = match self.state {
            SessionState::Open => "open",
            SessionState::Complete => "complete",
            SessionState::Expired => "expired",
        };
        let is_paid = payment.is_some_and(|payment| payment.state == PaymentState::Succeeded);
        json!({
            "id": self.id, "object": "checkout.session", "mode": "payment", "status": status,
            "payment_status": if is_paid { "paid" } else { "unpaid" }, "payment_intent": self.intent,
            "amount_subtotal": self.amount, "amount_total": self.amount, "currency": self.currency,
            "client_reference_id": self.reference, "metadata": self.metadata, "payment_link": self.link,
            "url": is_open.then(|| format!("{base}/pay/{}", self.id)), "success_url": self.success_url,
            "created": self.created, "expires_at": self.expires_at, "livemode": false,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "custom_fields": [], "custom_text": {}, "payment_method_types": ["card"], "shipping_options": [],
        })
    }
}

impl Books {
    /// Every session, in the order they were opened.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    pub(super) fn open_session(&mut self, params: &Params) -> Reply {
        let amount = params.number("line_items[0][price_data][unit_amount]").filter(|amount| *amount >= LEAST);
        let Some(amount) = amount else {
            return Reply::refusal("amount_too_small", "The amount must be at least 50 cents");
        };
        let fee = params.number("payment_intent_data[application_fee_amount]").unwrap_or(0);
        if !(0..=amount).contains(&fee) {
            return Reply::refusal("", "The application fee must not be more than the amount");
        }
        let destination = params.text("payment_intent_data[transfer_data][destination]").unwrap_or_default();
        if !self.can_be_paid(destination) {
            return Reply::refusal("resource_missing", &format!("No such destination: '{destination}'"));
        }
        let session = Session {
            id: self.id("cs_test"),
            state: SessionState::Open,
            reference: params.text("client_reference_id").map(str::to_owned),
            amount,
            currency: params.text("line_items[0][price_data][currency]").unwrap_or("usd").to_lowercase(),
            metadata: params.under("metadata"),
            intent: None,
            link: None,
            payment_metadata: params.under("payment_intent_data[metadata]"),
            destination: Some(destination.to_owned()),
            fee,
            success_url: params.text("success_url").map(str::to_owned),
            created: self.now,
            expires_at: params.number("expires_at").unwrap_or(self.now.saturating_add(LIFETIME)),
        };
        let reply = Reply::ok(session.json(&self.base, None));
        self.sessions.push(session);
        reply
    }

    /// The session, as the API shows it.
    #[must_use]
    pub fn session(&self, id: &str) -> Option<Value> {
        self.sessions.iter().find(|session| session.id == id).map(|session| self.shown(session))
    }

    fn shown(&self, session: &Session) -> Value {
        session.json(&self.base, session.intent.as_deref().and_then(|intent| self.payment(intent)))
    }

    pub(super) fn get_session(&self, id: &str, params: &Params) -> Reply {
        let Some(mut shown) = self.session(id) else { return Reply::missing("checkout.session", id) };
        if params.all("expand").any(|name| name == "payment_intent")
            && let Some(shown) = shown.get_mut("payment_intent")
            && let Some(intent) = shown.as_str().and_then(|intent| self.intent(intent))
        {
            *shown = intent;
        }
        Reply::ok(shown)
    }

    pub(super) fn list_sessions(&self, params: &Params) -> Reply {
        listed(params, &["payment_intent", "status"], self.sessions.iter().map(|session| self.shown(session)))
    }

    pub(super) fn expire_open_session(&mut self, id: &str) -> Reply {
        let open = self.sessions.iter_mut().find(|session| session.id == id);
        match open.filter(|session| session.state == SessionState::Open) {
            Some(session) => {
                session.state = SessionState::Expired;
                self.tell_of_session(id, "checkout.session.expired");
                self.get_session(id, &Params::default())
            }
            None => Reply::refusal("", "Only Checkout Sessions with a status in [\"open\"] can be expired."),
        }
    }

    /// Sessions end by themselves a day after they were opened.
    pub(super) fn expire_sessions(&mut self) {
        let is_over = |session: &&mut Session| session.state == SessionState::Open && session.expires_at <= self.now;
        let mut expired = Vec::new();
        for session in self.sessions.iter_mut().filter(is_over) {
            session.state = SessionState::Expired;
            expired.push(session.id.clone());
        }
        for id in expired {
            self.tell_of_session(&id, "checkout.session.expired");
        }
    }

    fn tell_of_session(&mut self, id: &str, kind: &str) -> Option<String> {
        let object = self.session(id)?;
        Some(self.emit(kind, &object))
    }

    /// Pays an open session at once; the ID of the event `checkout.session.completed`. One that was paid is told of again.
    pub fn pay(&mut self, session: &str) -> Option<String> {
        self.complete(session, PaymentState::Succeeded)
    }

    /// Fills an open session in with a payment that takes days; the ID of the event `checkout.session.completed`.
    pub fn pay_later(&mut self, session: &str) -> Option<String> {
        self.complete(session, PaymentState::Processing)
    }

    /// Decides what becomes of such a payment; the ID of the event `checkout.session.async_payment_succeeded` or `…_failed`.
    pub fn settle_payment(&mut self, session: &str, succeeds: bool) -> Option<String> {
        let intent = self.sessions.iter().find(|known| known.id == session)?.intent.clone()?;
        self.settle_intent(&intent, succeeds)?;
        let end = if succeeds { "succeeded" } else { "failed" };
        self.tell_of_session(session, &format!("checkout.session.async_payment_{end}"))
    }

    /// Pays a payment link of the same account, which anybody can open with any reference; the ID of the event
    /// `checkout.session.completed`.
    pub fn pay_link(&mut self, reference: Option<&str>, amount: i64, currency: &str) -> Option<String> {
        let session = Session {
            id: self.id("cs_test"),
            state: SessionState::Open,
            reference: reference.map(str::to_owned),
            amount,
            currency: currency.to_owned(),
            metadata: Metadata::new(),
            intent: None,
            link: Some(self.id("plink")),
            payment_metadata: Metadata::new(),
            destination: None,
            fee: 0,
            success_url: None,
            created: self.now,
            expires_at: self.now.saturating_add(LIFETIME),
        };
        let id = session.id.clone();
        self.sessions.push(session);
        self.pay(&id)
    }

    fn complete(&mut self, id: &str, state: PaymentState) -> Option<String> {
        let session = self.sessions.iter().find(|session| session.id == id)?.clone();
        match session.state {
            SessionState::Expired => return None,
            SessionState::Complete => return self.tell_of_session(id, "checkout.session.completed"),
            SessionState::Open => {}
        }
        let payment = Payment {
            intent: self.id("pi"),
            charge: self.id("ch"),
            state,
            session: session.id,
            reference: session.reference,
            amount: session.amount,
            currency: session.currency,
            metadata: session.payment_metadata,
            is_disputed: false,
            destination: session.destination,
            fee: session.fee,
            created: self.now,
        };
        let known = self.sessions.iter_mut().find(|session| session.id == id)?;
        known.state = SessionState::Complete;
        known.intent = Some(payment.intent.clone());
        self.add_payment(payment);
        self.tell_of_session(id, "checkout.session.completed")
    }
}
