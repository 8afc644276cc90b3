//! Sessions: where somebody is signed in, and their end before the token's.

mod end;
mod end_all;
mod end_all_of_user;
mod end_of_user;
mod list;
mod model;
mod of_user;
mod own;
mod port;
#[cfg(test)]
mod samples;
mod service;
mod sign_out;
mod watch;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use end::EndSession;
pub use end_all::EndSessions;
pub use end_all_of_user::EndUserSessions;
pub use end_of_user::EndUserSession;
pub use list::ListSessions;
pub use model::{Ending, NewSession, Origin, Proof, Session, SessionKind, SessionState};
pub use of_user::ListUserSessions;
pub use own::{command_line_id, current_session};
#[cfg(any(test, feature = "mock"))]
pub use port::MockSessions;
pub use port::{Cutoff, Sessions};
pub use service::{ChecksSessions, SessionUse, is_over};
pub use sign_out::SignOut;
pub use watch::watch;

const RESOURCE: &str = "session";

/// How many sessions ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndedSessions {
    /// Number of sessions that ended.
    pub ended: u64,
}
