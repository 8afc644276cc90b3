//! Sessions for tests.

use aedile_kernel::mock::NOW;
use aedile_kernel::{Timestamp, UserId};

use super::model::{Proof, Session, SessionKind};

pub(super) fn id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub(super) fn session(session_id: &str) -> Session {
    let now = Timestamp::from_micros(NOW);
    Session {
        number: 1,
        id: session_id.to_owned(),
        user_id: id("ada"),
        kind: SessionKind::SignIn,
        proofs: vec![Proof::Pwd],
        started_at: now,
        last_seen_at: Some(now),
        expires_at: now.plus_seconds(60),
        ip_address: Some("192.0.2.1".into()),
        user_agent: None,
        is_current: false,
    }
}
