//! What it knows, and its rules.

use std::collections::HashMap;

use serde_json::{Value, json};

/// A form that was sent.
pub(crate) type Form = HashMap<String, String>;
/// A status and a body.
pub(crate) type Reply = (u16, Value);

/// A payment.
#[derive(Clone)]
struct Payment {
    intent: String,
    purchase: String,
    amount: i64,
    refunded: i64,
}

/// Everything it knows.
#[derive(Default)]
pub(crate) struct Books {
    /// Where its pages are.
    base: String,
    accounts: Vec<String>,
    /// What happened, the earliest first.
    events: Vec<Value>,
    sessions: HashMap<String, Value>,
    payments: HashMap<String, Payment>,
    refunds: Vec<Value>,
    replies: HashMap<String, (Form, Reply)>,
    next: u64,
}

impl Books {
    pub(crate) fn at(base: String) -> Self {
        Self { base, ..Self::default() }
    }

    /// Does what a request asks for, once for each idempotency key.
    pub(crate) fn answer(&mut self, path: &str, key: Option<&str>, form: Form) -> Reply {
        if let Some((known, reply)) = key.and_then(|key| self.replies.get(key)) {
            return if *known == form {
                reply.clone()
            } else {
                refusal("Keys for idempotent requests can only be used with the same parameters")
            };
        }
        let reply = match path {
            "accounts" => self.open_account(),
            "account_links" => self.link(&form),
            "checkout/sessions" => self.open_session(&form),
            "refunds" => self.refund(&form),
            _ => (404, json!({ "error": { "message": "Unrecognized request URL" } })),
        };
        if let Some(key) = key {
            self.replies.insert(key.to_owned(), (form, reply.clone()));
        }
        reply
    }

    pub(crate) fn session(&self, id: &str) -> Reply {
        self.sessions.get(id).map_or_else(
            || (404, json!({ "error": { "message": "No such session" } })),
            |session| (200, session.clone()),
        )
    }

    /// The account, once its owner has said all that is asked for.
    pub(crate) fn onboard(&self, account: &str) -> Option<Value> {
        let is_known = self.accounts.iter().any(|known| known == account);
        is_known.then(|| {
            json!({
                "id": account, "object": "account", "charges_enabled": true, "payouts_enabled": true,
                "details_submitted": true,
            })
        })
    }

    /// The charge of a purchase.
    pub(crate) fn charge(&self, purchase: &str) -> Option<Value> {
        let payment = self.payments.values().find(|payment| payment.purchase == purchase)?;
        Some(json!({
            "object": "charge", "payment_intent": payment.intent, "amount": payment.amount,
            "amount_refunded": payment.refunded, "metadata": { "purchase_id": payment.purchase },
        }))
    }

    /// Gives money back as Stripe's own dashboard does; returns the purchase's charge.
    pub(crate) fn refund_by_hand(&mut self, purchase: &str, amount: i64) -> Option<Value> {
        let payment = self.payments.values().find(|payment| payment.purchase == purchase)?;
        let form = [("payment_intent", payment.intent.clone()), ("amount", amount.to_string())];
        let (status, _) = self.refund(&form.map(|(name, value)| (name.to_owned(), value)).into());
        if status == 200 { self.charge(purchase) } else { None }
    }

    pub(crate) fn note(&mut self, event: Value) {
        self.events.push(event);
    }

    /// A page of what happened, the latest first.
    pub(crate) fn events(&self, query: &[(String, String)]) -> Reply {
        let all =
            |name: &'static str| query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = |name: &'static str| all(name).next();
        let number = |name: &'static str| first(name).and_then(|text| text.parse::<i64>().ok());
        let is_wanted = |event: &&Value| {
            let kind = event["type"].as_str();
            let since = number("created[gte]").unwrap_or(0);
            (all("types[]").count() == 0 || all("types[]").any(|wanted| Some(wanted) == kind))
                && event["created"].as_i64() >= Some(since)
        };
        let mut wanted: Vec<&Value> = self.events.iter().rev().filter(is_wanted).collect();
        if let Some(after) = first("starting_after") {
            let position = wanted.iter().position(|event| event["id"] == after).unwrap_or(0);
            wanted.drain(..=position.min(wanted.len().saturating_sub(1)));
        }
        let limit = number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10).clamp(1, 100);
        let has_more = wanted.len() > limit;
        wanted.truncate(limit);
        (200, json!({ "object": "list", "data": wanted, "has_more": has_more }))
    }

    /// How many refunds there are.
    pub(crate) fn refund_count(&self) -> usize {
        self.refunds.len()
    }

    /// The session of a page, once it was paid.
    pub(crate) fn pay(&mut self, session_id: &str) -> Option<Value> {
        let intent = self.id("pi");
        let session = self.sessions.get_mut(session_id)?;
        if session["payment_status"] != "paid" {
            session["payment_status"] = json!("paid");
            session["payment_intent"] = json!(intent);
            session["url"] = Value::Null;
            let payment = Payment {
                intent: intent.clone(),
                purchase: session["client_reference_id"].as_str()?.to_owned(),
                amount: session["amount_total"].as_i64()?,
                refunded: 0,
            };
            self.payments.insert(intent, payment);
        }
        Some(self.sessions.get(session_id)?.clone())
    }

    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}_fake{}", self.next)
    }

    fn open_account(&mut self) -> Reply {
        let id = self.id("acct");
        self.accounts.push(id.clone());
        (200, json!({ "id": id, "object": "account" }))
    }

    fn link(&mut self, form: &Form) -> Reply {
        match form.get("account").filter(|account| self.accounts.contains(account)) {
            Some(account) => {
                (200, json!({ "object": "account_link", "url": format!("{}/onboarding/{account}", self.base) }))
            }
            None => refusal("No such account"),
        }
    }

    fn open_session(&mut self, form: &Form) -> Reply {
        let number = |name: &str| form.get(name).and_then(|text| text.parse::<i64>().ok());
        let amount = number("line_items[0][price_data][unit_amount]").filter(|amount| *amount >= 50);
        let Some(amount) = amount else { return refusal("The amount must be at least 50 cents") };
        let fee = number("payment_intent_data[application_fee_amount]").unwrap_or(0);
        if !(0..=amount).contains(&fee) {
            return refusal("The application fee must not be more than the amount");
        }
        let destination = form.get("payment_intent_data[transfer_data][destination]");
        if !destination.is_some_and(|account| self.accounts.contains(account)) {
            return refusal("No such destination");
        }
        let id = self.id("cs");
        let session = json!({
            "id": id, "object": "checkout.session", "url": format!("{}/pay/{id}", self.base),
            "payment_status": "unpaid", "payment_intent": null, "amount_total": amount,
            "client_reference_id": form.get("client_reference_id"),
        });
        self.sessions.insert(id, session.clone());
        (200, session)
    }

    fn refund(&mut self, form: &Form) -> Reply {
        let id = self.id("re");
        let Some(payment) = form.get("payment_intent").and_then(|intent| self.payments.get_mut(intent)) else {
            return refusal("No such payment_intent");
        };
        let left = payment.amount - payment.refunded;
        let amount = form.get("amount").map_or(Some(left), |text| text.parse().ok());
        let Some(amount) = amount.filter(|amount| (1..=left).contains(amount)) else {
            return refusal("Refund amount is greater than unrefunded amount on charge");
        };
        payment.refunded += amount;
        let refund = json!({ "id": id, "object": "refund", "status": "succeeded", "amount": amount });
        self.refunds.push(refund.clone());
        (200, refund)
    }
}

fn refusal(message: &str) -> Reply {
    (400, json!({ "error": { "type": "invalid_request_error", "message": message } }))
}
