//! Sessions end with what they stood on.

use std::sync::Arc;

use aedile_kernel::event::Watcher;
use aedile_kernel::{Change, Event, View};

use super::model::Ending;
use super::port::Sessions;

/// Ends all sessions of whoever was put on hold, was kept from every API, or got another role, in the same transaction. The
/// audit row of that change tells of it.
#[must_use]
pub fn watch<K: View<dyn Sessions> + 'static>() -> Watcher<K> {
    Arc::new(|connection, event, cx| {
        let sessions = connection.view();
        match event {
            Event::AccessTaken { user } => sessions.end_all(user, Ending::AccessTaken, cx.now)?,
            // Until now the command line was told that the account is stopped.
            Event::AccessRestored { user } => sessions.end_all(user, Ending::AccessRestored, cx.now)?,
            Event::RoleChanged { user } => sessions.end_all(user, Ending::RoleChanged, cx.now)?,
            _ => 0,
        };
        Ok(Change::none())
    })
}
