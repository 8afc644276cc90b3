//! A user is new at the provider, or changed there.

use aedile_kernel::{Change, Command, Context, Effect, Event, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{EventStamp, Taken};
use super::port::ProviderEvents;
use crate::users::ProvisionUser;

/// Writes down what the identity provider tells of a user, unless something newer is known. The audit log knows it as any
/// other provisioning.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplyProviderUser {
    /// The event that tells it.
    pub event: EventStamp,
    /// What it tells.
    pub user: ProvisionUser,
    /// Whether the user is banned there, which switches their access off here; `None` when nothing is told of it. It neither
    /// puts an account on hold nor lifts a hold.
    pub is_banned: Option<bool>,
}

impl Operation for ApplyProviderUser {
    const NAME: &'static str = ProvisionUser::NAME;
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = ProvisionUser::RESOURCE;
    type Repository = dyn ProviderEvents;
    type Output = Taken;

    fn resource_id(&self) -> Option<String> {
        Some(self.user.id.to_string())
    }
}

impl Command for ApplyProviderUser {
    fn run(&self, events: &mut Self::Repository, cx: &Context) -> Result<Change<Taken>> {
        if !events.insert_event(&self.event, cx.now)? {
            return Ok(Change::none().returning(Taken::Repeated));
        }
        if !events.advance(&self.user.id, self.event.at)? {
            return Ok(Change::none().returning(Taken::Outdated));
        }
        let change = self.user.run(events, cx)?;
        let change = match self.is_banned {
            Some(is_banned) => change.and(self.switch(events, is_banned, cx)?),
            None => change,
        };
        Ok(change.returning(Taken::Applied))
    }
}

impl ApplyProviderUser {
    fn switch(&self, events: &mut dyn ProviderEvents, is_banned: bool, cx: &Context) -> Result<Change<()>> {
        let user = &self.user.id;
        if !events.set_access_off(user, is_banned, cx.now)? {
            return Ok(Change::none());
        }
        let event = match is_banned {
            true => Event::AccessTaken { user: user.clone() },
            false => Event::AccessRestored { user: user.clone() },
        };
        let (before, after) = (json!({ "api_disabled": !is_banned }), json!({ "api_disabled": is_banned }));
        Ok(Change::of(Self::RESOURCE, user).before(&before).after(&after).invalidate(Topic::Access).emit(event))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context, context_of};
    use aedile_kernel::{Caller, Timestamp, UserId};

    use super::super::port::MockProviderEvents;
    use super::*;

    fn changed() -> ApplyProviderUser {
        let event =
            EventStamp { id: "msg_1".into(), event_type: "user.updated".into(), at: Timestamp::from_seconds(9) };
        let user = ProvisionUser {
            id: UserId::parse("user_ada").unwrap(),
            email: "ada@example.com".into(),
            email_verified: true,
            display_name: "Ada".into(),
        };
        ApplyProviderUser { event, user, is_banned: None }
    }

    fn store(is_new: bool, is_newest: bool) -> MockProviderEvents {
        let mut events = MockProviderEvents::new();
        events.expect_insert_event().returning(move |_, _| Ok(is_new));
        events.expect_advance().returning(move |_, at| Ok(is_newest && at == Timestamp::from_seconds(9)));
        events
    }

    #[test]
    fn an_event_counts_once_and_only_while_it_is_the_newest() {
        let mut events = store(true, true);
        events.expect_find().return_once(|_| Ok(None));
        events.expect_lock_is_gone().return_once(|_| Ok(false));
        events.expect_insert_if_absent().times(1).returning(|_| Ok(true));
        let change = changed().run(&mut events, &context(Caller::system())).unwrap();
        assert_eq!((change.output(), change.records().len()), (&Taken::Applied, 1));
        for (is_new, is_newest, expected) in [(false, true, Taken::Repeated), (true, false, Taken::Outdated)] {
            let change = changed().run(&mut store(is_new, is_newest), &context(Caller::system())).unwrap();
            assert_eq!((change.output(), change.records().len()), (&expected, 0));
        }
    }

    #[test]
    fn whoever_is_banned_there_is_refused_here_until_they_are_not() {
        for (is_banned, is_news, records) in [(true, true, 2), (false, true, 2), (true, false, 1)] {
            let mut events = store(true, true);
            events.expect_find().return_once(|_| Ok(None));
            events.expect_lock_is_gone().return_once(|_| Ok(false));
            events.expect_insert_if_absent().returning(|_| Ok(true));
            events
                .expect_set_access_off()
                .withf(move |_, is_off, _| *is_off == is_banned)
                .times(1)
                .returning(move |_, _, _| Ok(is_news));
            let event = ApplyProviderUser { is_banned: Some(is_banned), ..changed() };
            let change = event.run(&mut events, &context(Caller::system())).unwrap();
            assert_eq!(change.records().len(), records, "{is_banned} {is_news}");
        }
    }

    #[test]
    fn nobody_tells_of_somebody_else() {
        assert!(changed().run(&mut store(true, true), &context_of("user_eve", [])).is_err());
    }
}
