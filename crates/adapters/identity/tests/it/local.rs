//! Tokens of local sign-ins.

use aedile_accounts::{LocalRole, NewToken, TokenIssuer, TokenSource};
use aedile_identity::LocalTokens;
use aedile_kernel::{Timestamp, UserId};

use super::support::*;

const LIFETIME: i64 = 12 * 3600;

fn issue(role: LocalRole) -> String {
    issue_as("0123456789abcdef", role)
}

fn issue_as(session_id: &str, role: LocalRole) -> String {
    let (user, now) = (UserId::parse("user_ada").unwrap(), Timestamp::from_seconds(NOW));
    let new = NewToken { user: &user, role, session_id, now, expires_at: now.plus_seconds(LIFETIME) };
    local(SECRET).issue(&new).unwrap()
}

#[tokio::test]
async fn an_issued_token_is_good_until_it_ends() {
    let world = World::new();
    let issued = issue(LocalRole::Admin);
    let token = world.verify(&issued).await.unwrap();
    assert_eq!((token.user_id.as_str(), token.source), ("user_ada", TokenSource::Local));
    assert_eq!(token.expires_at, Timestamp::from_seconds(NOW + LIFETIME));
    assert_eq!(token.issued_at, Some(Timestamp::from_seconds(NOW)));
    world.clock.forward(LIFETIME + 59);
    assert!(world.verify(&issued).await.is_ok());
    world.clock.forward(1);
    assert!(world.verify(&issued).await.is_err());
}

#[tokio::test]
async fn c_20_a_local_token_never_claims_to_be_an_admins() {
    assert!(!World::new().verify(&issue(LocalRole::Admin)).await.unwrap().has_admin_claim);
}

#[test]
fn a_short_secret_is_refused_and_none_shows_itself() {
    assert!(LocalTokens::new(&"thirty-one bytes are too few!!!".into()).is_err());
    assert!(LocalTokens::new(&"thirty-two bytes are just enough".into()).is_ok());
    assert_eq!(format!("{:?}", local(SECRET)), "LocalTokens(…)");
}

#[tokio::test]
async fn a_session_is_known_by_the_id_in_its_token() {
    let world = World::new();
    for id in ["0123456789abcdef", "fedcba9876543210"] {
        let token = world.verify(&issue_as(id, LocalRole::User)).await.unwrap();
        assert_eq!(token.session_id.as_deref(), Some(id));
    }
    let short = world.verify(&issue_as("1", LocalRole::User)).await.unwrap();
    assert_eq!(short.session_id.map(|id| id.len()), Some(64), "what was signed tells it apart");
}
