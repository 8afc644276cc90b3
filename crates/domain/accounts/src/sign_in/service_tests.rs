use aedile_kernel::mock::{self, MockStore, NOW};
use aedile_kernel::{Epochs, UserId};
use mockall::predicate::eq;

use super::super::port::MockSignIns;
use super::super::throttle::MockSignInThrottle;
use super::*;
use crate::local_users::{IdentifierType, LocalRole};
use crate::passwords::{MockPasswordHasher, PasswordHash};
use crate::tokens::MockTokenIssuer;

const HASH: &str = "$a$b$c$d";
const RIGHT: &str = "correct horse";

fn ada(status: AccountStatus, api_disabled: bool) -> Credentials {
    let now = Timestamp::from_micros(NOW);
    Credentials {
        user: LocalUser {
            id: UserId::parse("ada").unwrap(),
            identifier: "ada@example.com".into(),
            identifier_type: IdentifierType::Email,
            role: LocalRole::Admin,
            tier: "admin".into(),
            api_disabled,
            must_change_password: false,
            created_at: now,
            updated_at: now,
        },
        status,
        password_hash: PasswordHash::parse(HASH).unwrap(),
    }
}

fn hasher() -> MockPasswordHasher {
    let mut hasher = MockPasswordHasher::new();
    hasher.expect_is_outdated().return_const(false);
    hasher
        .expect_verify()
        .times(1)
        .returning(|password, hash| Ok(hash.is_some() && password == Password::new(RIGHT.into())));
    hasher
}

fn client() -> Client {
    Client { limited_as: Some("192.0.2.1".into()), ..Client::default() }
}

fn keys() -> SignInKeys {
    SignInKeys { identifier: "ada@example.com".into(), client: Some("192.0.2.1".into()) }
}

fn throttle(successes: usize) -> MockSignInThrottle {
    let mut throttle = MockSignInThrottle::new();
    throttle.expect_attempt().with(eq(keys()), eq(Timestamp::from_micros(NOW))).times(1).returning(|_, _| Ok(()));
    throttle.expect_succeeded().with(eq(keys())).times(successes).return_const(());
    throttle
}

fn issuer() -> Arc<dyn TokenIssuer> {
    let mut issuer = MockTokenIssuer::new();
    issuer.expect_issue().returning(|new| Ok(format!("{}:{}:canary", new.user, new.role.as_str())));
    Arc::new(issuer)
}

fn service(
    known: Option<Credentials>,
    hasher: MockPasswordHasher,
    throttle: MockSignInThrottle,
    issuer: Option<Arc<dyn TokenIssuer>>,
) -> SignIn<MockStore<dyn SignIns>> {
    let mut sign_ins = MockSignIns::new();
    sign_ins.expect_find_credentials().returning(move |identifier| {
        Ok(known.clone().filter(|credentials| credentials.user.identifier == identifier.as_str()))
    });
    sign_ins.expect_insert_session().returning(|_| Ok(()));
    let sign_ins: Box<dyn SignIns> = Box::new(sign_ins);
    let store = MockStore::new(sign_ins);
    let runner = mock::runner(store, &Arc::new(Epochs::default()));
    SignIn::new(runner, Arc::new(hasher), Arc::new(throttle), issuer)
}

async fn attempt(known: Option<Credentials>, successes: usize, password: &str) -> Result<SignedIn> {
    service(known, hasher(), throttle(successes), Some(issuer()))
        .sign_in(" Ada@Example.COM", Password::new(password.into()), client())
        .await
}

#[tokio::test]
async fn the_right_password_brings_a_token() {
    let signed_in = attempt(Some(ada(AccountStatus::Active, false)), 1, RIGHT).await.unwrap();
    assert_eq!(signed_in.token, "ada:admin:canary");
    assert_eq!(signed_in.user.id.as_str(), "ada");
    assert!(!format!("{signed_in:?}").contains("canary"), "a token does not show itself");
}

#[tokio::test]
async fn c_41_unknown_and_wrong_look_the_same_and_cost_the_same() {
    let unknown = attempt(None, 0, RIGHT).await.unwrap_err();
    let wrong = attempt(Some(ada(AccountStatus::Active, false)), 0, "wrong horse").await.unwrap_err();
    assert!(matches!(unknown, Error::Unauthenticated(_)));
    assert_eq!(unknown.to_string(), wrong.to_string());
    let mut throttle = MockSignInThrottle::new();
    throttle.expect_attempt().withf(|keys, _| keys.identifier == "not an identifier").return_once(|_, _| Ok(()));
    let no_identifier = service(None, hasher(), throttle, Some(issuer()))
        .sign_in(" Not an identifier ", Password::new(RIGHT.into()), Client::default())
        .await
        .unwrap_err();
    assert_eq!(no_identifier.to_string(), wrong.to_string());
}

#[tokio::test]
async fn c_41_the_state_of_an_account_shows_only_behind_the_password() {
    for (status, api_disabled) in [(AccountStatus::Held, false), (AccountStatus::Active, true)] {
        let error = attempt(Some(ada(status, api_disabled)), 1, RIGHT).await.unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{status:?}: {error}");
        let error = attempt(Some(ada(status, api_disabled)), 0, "wrong horse").await.unwrap_err();
        assert!(matches!(error, Error::Unauthenticated(_)), "{status:?}: {error}");
    }
    let gone = attempt(Some(ada(AccountStatus::Deleted, false)), 1, RIGHT).await.unwrap_err();
    assert!(matches!(gone, Error::Unauthenticated(_)));
    assert!(attempt(Some(ada(AccountStatus::PendingDeletion, false)), 1, RIGHT).await.is_ok());
}

#[tokio::test]
async fn who_has_to_wait_costs_nothing() {
    let mut throttle = MockSignInThrottle::new();
    throttle.expect_attempt().return_once(|_, _| Err(Error::RateLimited { retry_after_seconds: 7 }));
    let error = service(None, MockPasswordHasher::new(), throttle, Some(issuer()))
        .sign_in("ada@example.com", Password::new(RIGHT.into()), Client::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::RateLimited { retry_after_seconds: 7 }));
}

#[tokio::test]
async fn without_a_secret_there_is_no_sign_in() {
    let error = service(None, MockPasswordHasher::new(), MockSignInThrottle::new(), None)
        .sign_in("ada@example.com", Password::new(RIGHT.into()), Client::default())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unavailable { what: "local sign-in", .. }));
}
