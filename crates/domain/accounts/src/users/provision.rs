//! Writing a user down.

use aedile_kernel::{
    AccountStatus, Basis, Caller, Change, Command, Context, Credential, Effect, Error, Event, Operation, Permission,
    Result, Runner, Topic, UnitOfWork, UserId, View, email, text,
};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::User;
use super::port::Users;

/// Writes down a user the identity provider vouches for, the first time they are seen; later what is new of their e-mail
/// address and name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvisionUser {
    /// The user's id, the token's `sub`.
    pub id: UserId,
    /// The e-mail address.
    pub email: Told,
    /// Whether the provider says that the address is theirs.
    pub email_verified: bool,
    /// The name.
    pub display_name: Told,
}

/// What the identity provider tells of a field. To tell nothing of it and to tell that there is none are two things.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Nothing: what is known stays.
    Nothing,
    /// That there is none: what is known is given up.
    GivenUp,
    /// That it is this.
    Is(String),
}

impl From<Option<String>> for Told {
    /// Whoever names no value tells nothing.
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Nothing, Self::Is)
    }
}

impl From<&str> for Told {
    fn from(value: &str) -> Self {
        Self::Is(value.to_owned())
    }
}

/// The most characters of a name.
const MAX_NAME: usize = 200;

impl Operation for ProvisionUser {
    const NAME: &'static str = "user.provision";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "user";
    type Repository = dyn Users;
    type Output = User;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for ProvisionUser {
    fn run(&self, users: &mut Self::Repository, cx: &Context) -> Result<Change<User>> {
        if !cx.caller.is(&self.id) && cx.caller.credential != Credential::System {
            return Err(Error::forbidden("only the user themself is written down by their token"));
        }
        match users.find(&self.id)? {
            Some(user) => self.refresh(users, user, cx),
            None => self.add(users, cx),
        }
    }
}

impl ProvisionUser {
    /// A token outlives its owner by minutes, and an event can come late: neither makes a new user of somebody who is gone.
    fn add(&self, users: &mut dyn Users, cx: &Context) -> Result<Change<User>> {
        if users.lock_is_gone(&self.id)? {
            return Err(Error::unauthenticated("this account was deleted"));
        }
        let user = self.told(User {
            id: self.id.clone(),
            email: None,
            email_verified: false,
            display_name: None,
            is_admin: false,
            status: AccountStatus::Active,
            api_disabled: false,
            tier: None,
            created_at: cx.now,
            updated_at: cx.now,
        });
        if users.insert_if_absent(&user)? {
            let registered = Event::UserRegistered { user: user.id.clone() };
            let change = Change::of(Self::RESOURCE, &user.id).after(&user).invalidate(Topic::Access).emit(registered);
            return Ok(change.returning(user));
        }
        let known = users.find(&self.id)?.ok_or_else(|| Error::not_found("User"))?;
        self.refresh(users, known, cx)
    }

    /// A token of somebody who is gone must not bring their name back.
    fn refresh(&self, users: &mut dyn Users, user: User, cx: &Context) -> Result<Change<User>> {
        let told = self.told(user.clone());
        if told == user || user.status == AccountStatus::Deleted {
            return Ok(Change::none().returning(user));
        }
        let told = User { updated_at: cx.now, ..told };
        if !users.set_identity(&told)? {
            return Ok(Change::none().returning(user));
        }
        Ok(Change::of(Self::RESOURCE, &told.id).before(&user).after(&told).invalidate(Topic::Access).returning(told))
    }

    /// The user with what the provider tells. What it does not tell, or tells in a way nobody could use, stays.
    fn told(&self, mut user: User) -> User {
        match &self.email {
            Told::Is(address) => {
                if let Some(address) = email::comparable(address) {
                    user.email = Some(address);
                    user.email_verified = self.email_verified;
                }
            }
            Told::GivenUp => (user.email, user.email_verified) = (None, false),
            Told::Nothing => {}
        }
        match &self.display_name {
            Told::Is(name) => user.display_name = text::salvaged_line(name, MAX_NAME).or(user.display_name),
            Told::GivenUp => user.display_name = None,
            Told::Nothing => {}
        }
        user
    }
}

/// Writes users down, over a store it does not name. It is apart from the registry: what a user is, the identity
/// provider's token says, and no entry point may let them say it themselves.
#[async_trait]
pub trait ProvisionsUsers: Send + Sync {
    /// Runs the operation for the user themself.
    ///
    /// # Errors
    /// As [`ProvisionUser`].
    async fn provision(&self, caller: &Caller, user: ProvisionUser) -> Result<User>;
}

#[async_trait]
impl<S> ProvisionsUsers for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Users>,
{
    async fn provision(&self, caller: &Caller, user: ProvisionUser) -> Result<User> {
        // There may be no rows yet to read the caller's rights from.
        let caller = Caller { basis: Basis::Fixed, ..caller.clone() };
        Ok(self.command(&caller, user).await?.output)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockUsers;
    use super::*;

    fn ada() -> ProvisionUser {
        ProvisionUser {
            id: UserId::parse("user_ada").unwrap(),
            email: "Ada@Example.com".into(),
            email_verified: true,
            display_name: " Ada ".into(),
        }
    }

    fn known() -> User {
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(None));
        users.expect_lock_is_gone().return_once(|_| Ok(false));
        users.expect_insert_if_absent().return_once(|_| Ok(true));
        ada().run(&mut users, &context_of("user_ada", [])).unwrap().output().clone()
    }

    #[test]
    fn an_unknown_user_is_written_down_and_audited() {
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(None));
        users.expect_lock_is_gone().return_once(|_| Ok(false));
        users.expect_insert_if_absent().return_once(|_| Ok(true));
        let change = ada().run(&mut users, &context_of("user_ada", [])).unwrap();
        assert_eq!(change.records().len(), 1);
        let user = change.output();
        assert_eq!((user.email.as_deref(), user.display_name.as_deref()), (Some("ada@example.com"), Some("Ada")));
        assert!(user.email_verified && !user.is_admin);
    }

    #[test]
    fn the_one_who_loses_the_race_finds_the_user() {
        let mut users = MockUsers::new();
        let mut answers = vec![Some(known()), None];
        users.expect_find().times(2).returning(move |_| Ok(answers.pop().unwrap()));
        users.expect_lock_is_gone().return_once(|_| Ok(false));
        users.expect_insert_if_absent().return_once(|_| Ok(false));
        let change = ada().run(&mut users, &context_of("user_ada", [])).unwrap();
        assert!(change.records().is_empty());
        assert_eq!(change.output(), &known());
    }

    #[test]
    fn what_is_known_already_writes_nothing() {
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(Some(known())));
        assert!(ada().run(&mut users, &context_of("user_ada", [])).unwrap().records().is_empty());
    }

    #[test]
    fn news_is_filled_in_and_audited() {
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(Some(known())));
        users
            .expect_set_identity()
            .withf(|user| user.email.as_deref() == Some("l@example.com"))
            .return_once(|_| Ok(true));
        let news = ProvisionUser { email: "l@example.com".into(), email_verified: false, ..ada() };
        let change = news.run(&mut users, &context_of("user_ada", [])).unwrap();
        assert_eq!(change.records().len(), 1);
        assert!(!change.output().email_verified, "the new address is not verified because the old one was");
    }

    #[test]
    fn what_the_provider_does_not_tell_stays() {
        let silent =
            ProvisionUser { email: Told::Nothing, email_verified: false, display_name: Told::Nothing, ..ada() };
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(Some(known())));
        assert_eq!(silent.run(&mut users, &context_of("user_ada", [])).unwrap().output(), &known());
    }

    #[test]
    fn what_is_given_up_at_the_provider_is_given_up_here() {
        let empty = ProvisionUser { email: Told::GivenUp, display_name: Told::GivenUp, ..ada() };
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(Some(known())));
        users
            .expect_set_identity()
            .withf(|user| user.email.is_none() && !user.email_verified)
            .return_once(|_| Ok(true));
        let change = empty.run(&mut users, &context_of("user_ada", [])).unwrap();
        assert_eq!((change.records().len(), change.output().display_name.as_deref()), (1, None));
    }

    #[test]
    fn unusable_claims_do_not_keep_anybody_out() {
        let odd = ProvisionUser { email: "nobody".into(), display_name: "\u{202e}\0".into(), ..ada() };
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(None));
        users.expect_lock_is_gone().return_once(|_| Ok(false));
        users.expect_insert_if_absent().return_once(|_| Ok(true));
        let change = odd.run(&mut users, &context_of("user_ada", [])).unwrap();
        let user = change.output();
        assert_eq!((&user.email, &user.display_name, user.email_verified), (&None, &None, false));
    }

    #[test]
    fn the_deleted_stay_nameless() {
        let gone = User { status: AccountStatus::Deleted, email: None, display_name: None, ..known() };
        let mut users = MockUsers::new();
        users.expect_find().return_once(move |_| Ok(Some(gone)));
        assert_eq!(ada().run(&mut users, &context_of("user_ada", [])).unwrap().output().email, None);
    }

    #[test]
    fn who_is_deleted_at_the_same_moment_stays_nameless() {
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(Some(known())));
        users.expect_set_identity().return_once(|_| Ok(false));
        let news = ProvisionUser { display_name: "Lovelace".into(), ..ada() };
        assert!(news.run(&mut users, &context_of("user_ada", [])).unwrap().records().is_empty());
    }

    #[test]
    fn who_is_gone_at_the_provider_is_not_written_down_again() {
        let mut users = MockUsers::new();
        users.expect_find().return_once(|_| Ok(None));
        users.expect_lock_is_gone().return_once(|_| Ok(true));
        users.expect_insert_if_absent().never();
        let refused = ada().run(&mut users, &context_of("user_ada", []));
        assert!(matches!(refused, Err(Error::Unauthenticated(_))));
    }

    #[test]
    fn nobody_writes_down_somebody_else() {
        let error = ada().run(&mut MockUsers::new(), &context_of("user_eve", [])).unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{error}");
    }
}
