//! The rows the runner writes beside a command's own, and the work that later takes them up.

mod audit;
mod idempotency;
mod outbox;
mod seals;

#[cfg(test)]
mod contract;

use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::{AuditEntry, Entropy, InstallationKey, Journal, Message, Result, Timestamp, Topic};
use diesel::prelude::*;

pub use outbox::{Outbox, OutboxRow};
pub(crate) use seals::AuditRow;

use crate::connection::{Connection, Portable};
use crate::error::{DriverResult, inconsistent};
use crate::invalidation;
use crate::schema::journal::installation;

impl Journal for Connection {
    fn find_reply(&mut self, actor_id: &str, operation: &str, key: &IdempotencyKey) -> Result<Option<String>> {
        idempotency::find(self, actor_id, operation, key)
    }

    fn store_reply(
        &mut self,
        actor_id: &str,
        operation: &str,
        key: &IdempotencyKey,
        reply: &str,
        now: Timestamp,
    ) -> Result<()> {
        idempotency::insert(self, actor_id, operation, key, reply, now)
    }

    fn enqueue(&mut self, message: &Message, now: Timestamp) -> Result<()> {
        outbox::insert(self, message, now)
    }

    fn append(&mut self, entry: &AuditEntry) -> Result<()> {
        audit::insert(self, entry)
    }

    fn invalidate(&mut self, topics: &[Topic]) -> Result<()> {
        invalidation::notify(self, topics)
    }
}

/// The installation's secret for cursors, made by whoever comes first.
pub(crate) fn installation_key(connection: &mut Connection, entropy: &dyn Entropy) -> Result<InstallationKey> {
    const NAME: &str = "cursor_key";
    let made: [u8; 32] = aedile_kernel::time::random_bytes(entropy);
    let row = (installation::name.eq(NAME), installation::value.eq(aedile_kernel::digest::hex(&made)));
    Portable(diesel::insert_into(installation::table).values(row).on_conflict_do_nothing()).execute(connection).db()?;
    let kept: String = installation::table.find(NAME).select(installation::value).first(connection).db()?;
    from_hex(&kept)
        .map(InstallationKey::new)
        .ok_or_else(|| inconsistent("installation", "value", "not 32 bytes of hex"))
}

/// 32 bytes from lower-case hexadecimal.
pub(crate) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let bytes: Option<Vec<u8>> =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    bytes?.try_into().ok()
}
