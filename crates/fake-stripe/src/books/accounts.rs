//! Accounts of sellers.

use serde_json::{Value, json};

use super::Books;
use crate::request::{Metadata, Params, Reply};

/// A connected account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectedAccount {
    /// Its ID.
    pub id: String,
    /// Whether its owner has said all that is asked for.
    pub is_onboarded: bool,
    /// Whether its owner took the platform's access away.
    pub is_deauthorized: bool,
    email: Option<String>,
    metadata: Metadata,
    created: i64,
}

impl ConnectedAccount {
    fn json(&self) -> Value {
        let due: &[&str] = if self.is_onboarded { &[] } else { &["external_account"] };
        json!({
            "id": self.id, "object": "account", "type": "express", "country": "US", "default_currency": "usd",
            "email": self.email, "metadata": self.metadata, "created": self.created,
            "charges_enabled": self.is_onboarded, "payouts_enabled": self.is_onboarded,
            "details_submitted": self.is_onboarded,
            "capabilities": { "transfers": if self.is_onboarded { "active" } else { "inactive" } },
            "requirements": {
                "currently_due": due, "eventually_due": due, "past_due": [], "pending_verification": [],
                "disabled_reason": if self.is_onboarded { Value::Null } else { json!("requirements.past_due") },
                "alternatives": [], "errors": [], "current_deadline": null,
            },
        })
    }
}

impl Books {
    /// Every account, in the order they were opened.
    #[must_use]
    pub fn accounts(&self) -> &[ConnectedAccount] {
        &self.accounts
    }

    /// Opens an account whose owner has said all that is asked for; its ID.
    pub fn open_onboarded_account(&mut self) -> String {
        self.open_account(&Params::default());
        let account = self.accounts.last().map(|account| account.id.clone()).unwrap_or_default();
        self.onboard(&account);
        account
    }

    pub(super) fn can_be_paid(&self, account: &str) -> bool {
        self.accounts.iter().any(|known| known.id == account && !known.is_deauthorized)
    }

    pub(super) fn open_account(&mut self, params: &Params) -> Reply {
        let account = ConnectedAccount {
            id: self.id("acct"),
            is_onboarded: false,
            is_deauthorized: false,
            email: params.text("email").map(str::to_owned),
            metadata: params.under("metadata"),
            created: self.now,
        };
        let reply = Reply::ok(account.json());
        self.accounts.push(account);
        reply
    }

    pub(super) fn get_account(&self, id: &str) -> Reply {
        match self.accounts.iter().find(|account| account.id == id) {
            Some(account) if !account.is_deauthorized => Reply::ok(account.json()),
            _ => {
                let message = format!("The provided key does not have access to account '{id}'");
                Reply::error(403, "invalid_request_error", "account_invalid", &message)
            }
        }
    }

    pub(super) fn link_account(&mut self, params: &Params) -> Reply {
        let account = params.text("account").unwrap_or_default();
        if !self.can_be_paid(account) {
            return Reply::refusal("resource_missing", &format!("No such account: '{account}'"));
        }
        let url = format!("{}/onboarding/{account}", self.base);
        let (created, expires_at) = (self.now, self.now.saturating_add(300));
        Reply::ok(json!({ "object": "account_link", "created": created, "expires_at": expires_at, "url": url }))
    }

    /// Says all that a seller is asked for; the ID of the event `account.updated`.
    pub fn onboard(&mut self, account: &str) -> Option<String> {
        let account = self.accounts.iter_mut().find(|known| known.id == account)?;
        account.is_onboarded = true;
        let (id, object) = (account.id.clone(), account.json());
        Some(self.emit_for(Some(&id), "account.updated", &object))
    }

    /// Takes the platform's access to an account away; the ID of the event `account.application.deauthorized`.
    pub fn deauthorize(&mut self, account: &str) -> Option<String> {
        let account = self.accounts.iter_mut().find(|known| known.id == account)?;
        account.is_deauthorized = true;
        let id = account.id.clone();
        let application = json!({ "id": "ca_fake", "object": "application", "name": "Aedile" });
        Some(self.emit_for(Some(&id), "account.application.deauthorized", &application))
    }
}
