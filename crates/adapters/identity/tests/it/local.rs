//! Tokens of local sign-ins.

use aedile_accounts::{LocalRole, TokenIssuer, TokenSource};
use aedile_identity::LocalTokens;
use aedile_kernel::{Timestamp, UserId};

use super::support::*;

fn issue(role: LocalRole) -> aedile_accounts::IssuedToken {
    issue_as("0123456789abcdef", role)
}

fn issue_as(id: &str, role: LocalRole) -> aedile_accounts::IssuedToken {
    local(SECRET).issue(&UserId::parse("user_ada").unwrap(), role, id, Timestamp::from_seconds(NOW)).unwrap()
}

#[tokio::test]
async fn an_issued_token_is_good_for_twelve_hours() {
    let world = World::new();
    let issued = issue(LocalRole::Admin);
    assert_eq!(issued.expires_at, Timestamp::from_seconds(NOW + 12 * 3600));
    let token = world.verify(&issued.token).await.unwrap();
    assert_eq!((token.user_id.as_str(), token.source), ("user_ada", TokenSource::Local));
    assert_eq!(token.expires_at, issued.expires_at);
    world.clock.forward(12 * 3600 + 59);
    assert!(world.verify(&issued.token).await.is_ok());
    world.clock.forward(1);
    assert!(world.verify(&issued.token).await.is_err());
}

#[tokio::test]
async fn c_20_a_local_token_never_claims_to_be_an_admins() {
    assert!(!World::new().verify(&issue(LocalRole::Admin).token).await.unwrap().has_admin_claim);
}

#[test]
fn a_short_secret_is_refused_and_none_shows_itself() {
    assert!(LocalTokens::new(&"thirty-one bytes are too few!!!".into()).is_err());
    assert!(LocalTokens::new(&"thirty-two bytes are just enough".into()).is_ok());
    assert_eq!(format!("{:?}", local(SECRET)), "LocalTokens(…)");
    assert!(!format!("{:?}", issue(LocalRole::User)).contains("ey"));
}

#[tokio::test]
async fn a_session_is_known_by_the_id_in_its_token() {
    let world = World::new();
    for id in ["0123456789abcdef", "fedcba9876543210"] {
        let token = world.verify(&issue_as(id, LocalRole::User).token).await.unwrap();
        assert_eq!(token.session_id.as_deref(), Some(id));
    }
    let short = world.verify(&issue_as("1", LocalRole::User).token).await.unwrap();
    assert_eq!(short.session_id.map(|id| id.len()), Some(64), "what was signed tells it apart");
}
