//! Idempotency keys: the first answer is given again for 24 hours.

use std::collections::HashMap;

use crate::request::{Reply, Request};

/// How long a key is remembered, in seconds.
const LIFETIME: i64 = 24 * 60 * 60;

/// Keys, and what was asked for under them.
#[derive(Default)]
pub(super) struct Keys(HashMap<String, Entry>);

struct Entry {
    request: Request,
    /// `None` while the request runs.
    reply: Option<Reply>,
    created_at: i64,
}

impl Keys {
    /// The answer that was given under this key.
    pub(super) fn reply(&self, key: &str) -> Option<Reply> {
        let reply = self.0.get(key)?.reply.clone()?;
        Some(Reply { is_replayed: true, ..reply })
    }

    /// Marks a key as in use.
    pub(super) fn begin(&mut self, key: &str, request: &Request, now: i64) -> Result<(), Reply> {
        match self.0.get(key) {
            None => {
                let entry = Entry { request: request.clone(), reply: None, created_at: now };
                self.0.insert(key.to_owned(), entry);
                Ok(())
            }
            Some(entry) => match entry.mismatch(key, request) {
                Some(refusal) => Err(refusal),
                None if entry.reply.is_some() => Ok(()),
                None => Err(Reply::error(
                    409,
                    "idempotency_error",
                    "idempotency_key_in_use",
                    "There is currently another in-progress request using this Idempotent Key",
                )),
            },
        }
    }

    pub(super) fn keep(&mut self, key: &str, request: &Request, reply: &Reply, now: i64) {
        let entry = Entry { request: request.clone(), reply: Some(reply.clone()), created_at: now };
        self.0.insert(key.to_owned(), entry);
    }

    pub(super) fn expire(&mut self, now: i64) {
        self.0.retain(|_, entry| entry.created_at.saturating_add(LIFETIME) > now);
    }
}

impl Entry {
    fn mismatch(&self, key: &str, request: &Request) -> Option<Reply> {
        let sorted = |request: &Request| {
            let mut params = request.params.0.clone();
            params.sort();
            params
        };
        let is_same = self.request.path == request.path && sorted(&self.request) == sorted(request);
        (!is_same).then(|| {
            let message = format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
                 using a key other than '{key}' if you meant to execute a different request."
            );
            Reply::error(400, "idempotency_error", "", &message)
        })
    }
}
