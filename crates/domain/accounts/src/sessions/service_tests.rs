use std::sync::Arc;

use aedile_kernel::Epochs;
use aedile_kernel::mock::{self, MockStore, NOW};

use super::super::port::MockSessions;
use super::super::samples::id;
use super::*;
use crate::tokens::TokenSource;

fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_micros(NOW).plus_seconds(-seconds)
}

fn token(issued_at: Option<Timestamp>) -> VerifiedToken {
    VerifiedToken {
        user_id: id("ada"),
        source: TokenSource::Local,
        email: None,
        email_verified: false,
        name: None,
        has_admin_claim: false,
        provider_proof: None,
        acted_by: None,
        impersonation_id: None,
        session_id: Some("session-1".into()),
        issued_at,
        expires_at: ago(-3_600),
    }
}

async fn check(sessions: MockSessions, issued_at: Option<Timestamp>, account: AccountState) -> Result<bool> {
    Ok(use_of(sessions, issued_at, account).await?.is_to_be_noted)
}

async fn use_of(sessions: MockSessions, issued_at: Option<Timestamp>, account: AccountState) -> Result<SessionUse> {
    let sessions: Box<dyn Sessions> = Box::new(sessions);
    let runner = mock::runner(MockStore::new(sessions), &Arc::new(Epochs::default()));
    runner.check(&token(issued_at), "session-1", account, &Origin::default()).await
}

fn known(seconds_ago: i64, ended: Option<Ending>) -> MockSessions {
    let mut sessions = MockSessions::new();
    let state =
        SessionState { last_seen_at: ago(seconds_ago), ended, proved_at: ago(seconds_ago), has_second_factor: false };
    sessions.expect_find_state().returning(move |_| Ok(Some(state)));
    sessions
}

#[tokio::test]
async fn a_session_goes_on_until_it_ends_and_its_use_is_noted_once_a_minute() {
    let in_use = AccountState::IN_USE;
    assert!(!check(known(59, None), None, in_use).await.unwrap());
    assert!(check(known(60, None), None, in_use).await.unwrap());
    for ending in [Ending::SignedOut, Ending::EndedByAdmin, Ending::AccessTaken, Ending::RoleChanged] {
        let refused = check(known(1, Some(ending)), None, in_use).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{ending:?}");
    }
    let idle = aedile_kernel::Policy::DEFAULT.sessions.idle_seconds;
    assert!(check(known(idle, None), None, in_use).await.is_ok());
    assert!(matches!(check(known(idle + 1, None), None, in_use).await, Err(Error::Unauthenticated(_))));
}

#[tokio::test]
async fn who_is_still_on_hold_is_told_so_elsewhere() {
    let held = AccountState { status: AccountStatus::Held, api_disabled: false };
    assert!(check(known(1, Some(Ending::AccessTaken)), None, held).await.is_ok());
    assert!(check(known(1, Some(Ending::SignedOut)), None, held).await.is_err());
}

fn unknown(all_ended_at: Option<Timestamp>, begins: usize) -> MockSessions {
    let mut sessions = MockSessions::new();
    sessions.expect_find_state().returning(|_| Ok(None));
    sessions.expect_all_ended_at().returning(move |_| Ok(all_ended_at));
    sessions
        .expect_insert()
        .withf(|new| new.id == "session-1" && new.proofs.is_empty())
        .times(begins)
        .returning(|_| Ok(()));
    sessions
}

#[tokio::test]
async fn a_token_signed_elsewhere_begins_a_session_unless_it_is_from_before_all_were_ended() {
    let (before, after) = (ago(100), ago(50));
    let in_use = AccountState::IN_USE;
    for issued_at in [None, Some(before)] {
        assert!(!check(unknown(None, 1), issued_at, in_use).await.unwrap());
    }
    assert!(check(unknown(Some(before), 1), Some(after), in_use).await.is_ok());
    for issued_at in [None, Some(before), Some(after)] {
        let refused = check(unknown(Some(after), 0), issued_at, in_use).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{issued_at:?}");
    }
}
