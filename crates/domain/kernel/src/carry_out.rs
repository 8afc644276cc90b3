//! What happens inside the transaction of a command.

use crate::access::permit_again;
use crate::audit::AuditEntry;
use crate::change::Change;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Watcher;
use crate::invalidation::Topic;
use crate::operation::{Command, Operation};
use crate::runner::Done;
use crate::unit_of_work::{Journal, Journaled, View};

/// The transaction of a command, in lock order: changes of access or the caller's own account, idempotency row, domain
/// rows, outbox rows, audit rows, invalidation. The caller's rights are read after the first.
pub(crate) fn carry_out<C, K>(
    connection: &mut K,
    command: &C,
    cx: &Context,
    watchers: &[Watcher<K>],
) -> Result<(Done<C::Output>, Vec<Topic>)>
where
    C: Command,
    K: Journaled + View<C::Repository>,
{
    let cx = &judged::<C, _>(connection, cx)?;
    let caller = &cx.caller;
    let key = caller.idempotency_key.as_ref().filter(|_| C::TAKES_IDEMPOTENCY_KEY);
    if let Some(key) = key
        && let Some(reply) = connection.journal().find_reply(&caller.actor_id, C::NAME, key)?
    {
        let output = serde_json::from_str(&reply).map_err(Error::internal)?;
        return Ok((Done { output, replayed: true }, Vec::new()));
    }
    let change = make(connection, command, cx, watchers)?;
    let journal = connection.journal();
    if let Some(key) = key {
        let reply = serde_json::to_string(&change.output).map_err(Error::internal)?;
        journal.store_reply(&caller.actor_id, C::NAME, key, &reply, cx.now)?;
    }
    write_down::<C, _>(journal, &change, cx)?;
    Ok((Done { output: change.output, replayed: false }, change.topics))
}

/// What the command would change, if its caller still may run it.
pub(crate) fn preview<C, K>(
    connection: &mut K,
    command: &C,
    cx: &Context,
    watchers: &[Watcher<K>],
) -> Result<Change<C::Output>>
where
    C: Command,
    K: Journaled + View<C::Repository>,
{
    let cx = judged::<C, _>(connection, cx)?;
    make(connection, command, &cx, watchers)
}

/// The context with the rights that its caller still has, by the rows.
fn judged<O: Operation, K: Journaled>(connection: &mut K, cx: &Context) -> Result<Context> {
    let caller = permit_again::<O>(connection.access(), cx)?;
    Ok(Context { caller, ..cx.clone() })
}

/// The change a command makes, with what those make who watch its events. Their own events are watched by nobody.
fn make<C, K>(connection: &mut K, command: &C, cx: &Context, watchers: &[Watcher<K>]) -> Result<Change<C::Output>>
where
    C: Command,
    K: View<C::Repository>,
{
    let mut change = command.run(connection.view(), cx)?;
    for event in std::mem::take(&mut change.events) {
        for watcher in watchers {
            change = change.and(watcher(connection, &event, cx)?);
        }
    }
    match change.unwritable {
        Some(why) => Err(Error::internal(format!("a record of the change can't be written as JSON: {why}"))),
        None => Ok(change),
    }
}

fn write_down<C: Operation, T>(journal: &mut dyn Journal, change: &Change<T>, cx: &Context) -> Result<()> {
    for message in &change.messages {
        journal.enqueue(message, cx.now)?;
    }
    for record in &change.records {
        let action = record.action.unwrap_or(C::NAME);
        journal.append(&AuditEntry::of_change(&cx.caller, action, record, cx.now))?;
    }
    if change.topics.is_empty() { Ok(()) } else { journal.invalidate(&change.topics) }
}

#[cfg(test)]
#[path = "carry_out_tests.rs"]
mod tests;
